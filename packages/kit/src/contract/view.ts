import type { ReadView } from "../requests/derived.ts";
import type { Json, Needs } from "../requests/request.ts";
import type { PerCandidate } from "./axes.ts";
import type { ParameterTree, Tensors } from "./parameters.ts";
import type { Samples } from "./samples.ts";

/** What a part declared, as types; inferred, authors never write it. */
export interface Shape {
  readonly needs: Needs;
  readonly samples: Samples;
  readonly parameters: ParameterTree;
  readonly state: Json;
  readonly signal: string;
}

/** What a part sees: the batch, and whatever it declared, typed. Reading anything else is refused. */
export interface View<S extends Shape = Shape> extends ReadView<S["needs"]> {
  /** Target probabilities of the candidates; rows sum to 1. */
  readonly targets: PerCandidate;
  /** 1 at the largest target of each row (the first of equals), else 0. */
  readonly preferred: PerCandidate;
  /** The samples it declared, with what it needs of them. */
  readonly sample: { readonly [K in keyof S["samples"]]: ReadView<S["samples"][K]["needs"]> };
  /** Its own trainable tensors. */
  readonly parameters: Tensors<S["parameters"]>;
  /** Its own state; the same for all micro-batches of a step. */
  readonly state: S["state"];
  /** False in evaluation. */
  readonly training: boolean;
  /**
   * A seed for a random draw of this part in this step: a function of the run's seed, the step, the part and `name`. All
   * micro-batches of a step have the same one: mix in the tokens of a response, so that its draws do not depend on the cut.
   */
  readonly seed: (name: string) => number;
}
