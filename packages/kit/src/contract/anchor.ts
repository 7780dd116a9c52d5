import type { Json } from "../requests/request.ts";
import type { StateSpec } from "./state.ts";

/**
 * How the reference follows the policy: after each step, reference ← keep·reference + (1 − keep)·policy. 1 keeps it
 * fixed, 0 copies the policy, between is an average. A method without an anchor policy has a fixed reference, which can
 * be cached.
 */
export interface AnchorPolicy<State extends Json = Json, Signal extends string = string> {
  readonly name: string;
  /** What makes it differ from another one of this name: a checkpoint refuses to be resumed with another one. */
  readonly options?: Json;
  readonly state?: StateSpec<State, Signal>;
  keep(state: State): number;
}
