import { tf } from "@tokenwise/kit";
import { runOperation, type Operation } from "./fused.ts";

interface Attributes {
  readonly vocabularySize: number;
}

/**
 * Kernel FusedEmbedding: inputs weight [V,D], ids int32 [N]; attribute vocabularySize; keeps ids.
 * tf.gather is slow on wasm and has no gradient there; gatherND and scatterND (which adds up repeated indices) are fast on every backend.
 */
const operation: Operation<Attributes> = {
  kernel: "FusedEmbedding",
  inputs: ["weight"],
  keeps: ["ids"],
  forward: ({ weight, ids }) => [tf.gatherND(weight!, tf.reshape(ids!, [-1, 1]))],
  backward: ({ dy, ids }, _, { vocabularySize }) => [
    tf.scatterND(tf.reshape(ids!, [-1, 1]), dy!, [vocabularySize, dy!.shape[1]!]),
  ],
};

/** Rows of weight [V,D] by ids int32 [N] → [N,D]. */
export const embedding = (weight: tf.Tensor, ids: tf.Tensor1D): tf.Tensor2D =>
  runOperation(operation, { weight }, { ids }, { vocabularySize: weight.shape[0] }) as tf.Tensor2D;
