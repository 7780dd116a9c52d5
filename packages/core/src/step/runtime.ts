import type { Json, tf } from "@tokenwise/kit";
import type { CausalModel, generate } from "@tokenwise/model";
import type { Plan } from "../plan/plan.ts";
import type { ReferenceLogProbs } from "../reference/log-probs.ts";

/** A tree of tensors, as a part's `parameters` are. */
export interface TensorTree {
  readonly [name: string]: tf.Tensor | TensorTree;
}

/** What a step reads: the plan and everything that the trainer owns. */
export interface Runtime {
  readonly plan: Plan;
  readonly policy: CausalModel;
  /** Present if the plan's reference is live. */
  readonly reference: CausalModel | undefined;
  /** Present if the plan's reference is cached. */
  readonly referenceLogProbs: ReferenceLogProbs | undefined;
  /** States of parts by part identity. */
  readonly states: ReadonlyMap<string, Json>;
  /** Trainable tensors of parts by part identity. */
  readonly parameters: ReadonlyMap<string, TensorTree>;
  readonly seed: number;
  /** Recompute the activations of each block in the backward pass. */
  readonly recompute: boolean;
  /** Rows of the vocabulary pass that are in memory at a time. */
  readonly vocabularyRows: number | undefined;
  readonly sampling: Sampling;
}

/** How samples are drawn. */
export interface Sampling {
  /** A sample ends with the first of these. */
  readonly stopTokens: readonly number[];
  readonly generate: typeof generate;
  /** For a source's reward function: text without special tokens. */
  readonly decode: (ids: Int32Array) => string;
}

/** When: parts draw random numbers by it and know whether they train. */
export interface Moment {
  /** The optimizer step, from 1. */
  readonly step: number;
  readonly training: boolean;
}
