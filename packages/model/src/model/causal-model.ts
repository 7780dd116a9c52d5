import type { tf } from "@tokenwise/kit";
import type { GenerationDefaults } from "../config/generation-defaults.ts";
import type { LlamaConfig } from "../config/llama-config.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { ActivationKind } from "./activation-means.ts";
import type { AttentionLayer } from "./attention-rows.ts";
import type { PackedStream } from "../stream/pack-trees.ts";

export interface ForwardOptions {
  /** Compute each block's activations again in the backward pass instead of keeping them. Default false. */
  readonly recompute?: boolean;
  /** Which means of activations to return. */
  readonly activations?: readonly ActivationKind[];
  /** Which hidden states to return, by index 0 … L. */
  readonly hiddenStates?: "all" | readonly number[];
  /** What goes in [N,D], in place of the embeddings of the stream's tokens. */
  readonly embeddings?: tf.Tensor2D;
  /** Whose attention to return: that of the last token of every tree's prefix, in these layers. */
  readonly attention?: readonly AttentionLayer[];
}

export interface ForwardResult {
  /** After the final norm [N,D]. */
  readonly hidden: tf.Tensor2D;
  /**
   * Those asked for, in the order asked ("all": 0 … L), each [N,D]. As Hugging Face counts: 0 is the embedding's output, l = 1 … L − 1 the
   * output of block l, and L the last block's after the final norm.
   */
  readonly hiddenStates?: readonly tf.Tensor2D[];
  /** By layer asked for and by tree: what its prefix's last token pays to each token of the prefix [S], mean over the query heads; sum 1. */
  readonly attention?: readonly (readonly tf.Tensor1D[])[];
  /** Means over the width, constants, in the order asked: [N,K] for the K tensors of a kind. */
  readonly activations?: readonly tf.Tensor2D[];
}

/** A causal language model. */
export interface CausalModel {
  readonly config: LlamaConfig;
  /** What generation_config.json says, if there is one: stop tokens, temperature, … */
  readonly generationDefaults: GenerationDefaults;
  readonly source: ModelSource;
  /** By Hugging Face name; matrices are [out,in]. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** What hidden states are multiplied with to give logits [V,D]: lm_head.weight, or the embedding where they are tied. */
  readonly unembedding: tf.Variable<tf.Rank.R2>;
  /**
   * Hidden states of every token of a stream, with gradients if the tape is on.
   *
   * @throws TW_E_TOKEN_RANGE      for a token id outside the vocabulary.
   * @throws TW_E_CONTEXT_LENGTH   for a sequence longer than the model's context.
   * @throws TW_E_HIDDEN_STATE     for a hidden state that does not exist.
   * @throws TW_E_ATTENTION_LAYER  for a layer that does not exist.
   */
  forward(stream: PackedStream, options?: ForwardOptions): ForwardResult;
  /** Frees the parameters. */
  dispose(): void;
}
