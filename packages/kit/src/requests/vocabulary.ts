import type { PerToken } from "../contract/axes.ts";
import { withStamp } from "../contract/kit-copy.ts";
import type { tf } from "../tensorflow.ts";
import type { ClosedForm } from "./closed-form.ts";
import type { Json, Role, VocabularyRequest } from "./request.ts";

/** A chunk of n positions that predict response tokens, with the full vocabulary of each model that was asked for. */
export interface VocabularyRows {
  /** The tokens that follow, int32 [n]. */
  readonly ids: tf.Tensor1D;
  /** Unnormalized logits [n, V]. */
  logits(model: Role): tf.Tensor;
  /** Log-probabilities [n, V], in nats. */
  logProbs(model: Role): tf.Tensor;
}

export interface VocabularyDefinition<Options extends Json> {
  /** The models whose vocabularies are read. */
  readonly models: readonly Role[] | ((options: Options) => readonly Role[]);
  /** Whether the result carries a gradient to the policy. */
  readonly gradient: boolean;
  /** [n, V] → [n]; pure, and the same for every way to cut the rows into chunks. */
  reduce(rows: VocabularyRows, options: Options): tf.Tensor;
  /**
   * What `reduce` computes, if it is one of the reductions that engines know: then a backend may compute it with all others of its kind in
   * one sweep over the logits, without calling `reduce`. Numbers differ by rounding only. Most reductions have none.
   */
  readonly closedForm?: (options: Options) => ClosedForm;
}

/**
 * Defines a reduction over the vocabulary; returns the constructor of its requests. Call it once, at module level.
 *
 * @example
 * const entropy = vocabulary("entropy", { models: ["policy"], gradient: true, reduce: (rows) => … })(null);
 */
export function vocabulary<Options extends Json = null>(
  name: string,
  define: VocabularyDefinition<Options>,
): (options: Options) => VocabularyRequest<PerToken> {
  return (options) =>
    withStamp({
      kind: "vocabulary",
      name,
      options,
      models: typeof define.models === "function" ? define.models(options) : define.models,
      axes: "B,T",
      define,
    });
}
