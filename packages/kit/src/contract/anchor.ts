import type { ReadView } from "../requests/derived.ts";
import type { Json, Needs } from "../requests/request.ts";
import type { PerPrompt } from "./axes.ts";
import type { None } from "./part.ts";
import type { StateSpec } from "./state.ts";

/**
 * How the reference follows the policy: after each step, reference ← keep·reference + (1 − keep)·policy. 1 keeps it
 * fixed, 0 copies the policy, between is an average. A method without an anchor policy has a fixed reference, which can
 * be cached.
 */
export interface AnchorPolicy<State extends Json = Json, Signal extends string = string, N extends Needs = Needs> {
  readonly name: string;
  /** What makes it differ from another one of this name: a checkpoint refuses to be resumed with another one. */
  readonly options?: Json;
  /** What `observe` reads. */
  readonly needs?: N;
  readonly state?: StateSpec<State, Signal>;
  /** The signals of its state, [P]; off the tape, in every micro-batch of a training step. */
  observe?(view: ReadView<N>): Readonly<Record<Signal, PerPrompt>>;
  keep(state: State): number;
}

/** The identity that infers what an anchor policy declares, and then forgets it. */
export const anchorPolicy = <State extends Json = null, Signal extends string = never, N extends Needs = None>(
  policy: AnchorPolicy<State, Signal, N>,
): AnchorPolicy => policy;
