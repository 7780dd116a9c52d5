import type { tf } from "@tokenwise/kit";
import type { PackedTree } from "../../stream/pack-trees.ts";
import { runOperation, type Operation } from "../fused.ts";
import { attend, attendBackward, type Projections } from "./composite.ts";
import type { HeadCounts } from "./head-layout.ts";
import { flatten, planOf, type AttentionAttributes } from "./plan.ts";

const planFor = (q: tf.Tensor, attributes: AttentionAttributes) => planOf(attributes, q.shape[1]!);

/**
 * Kernel FusedPrefixTreeAttention: inputs q [N, heads·headDim], k, v [N, keyValueHeads·headDim]; attributes heads, keyValueHeads, trees;
 * keeps q, k, v. The composite's extras are the attention weights of each block of scores.
 */
const operation: Operation<AttentionAttributes> = {
  kernel: "FusedPrefixTreeAttention",
  inputs: ["q", "k", "v"],
  keeps: ["q", "k", "v"],
  forward: (tensors, attributes) => attend(tensors as unknown as Projections, planFor(tensors.q!, attributes)),
  backward: (tensors, weights, attributes) =>
    attendBackward(tensors.dy!, tensors as unknown as Projections, weights, planFor(tensors.q!, attributes)),
};

/**
 * Grouped-query attention over prefix trees: a row sees its tree's prefix and its own branch, causally; scores are scaled by 1/√headDim.
 *
 * @param q  [N, heads·headDim], positions applied
 * @param k  [N, keyValueHeads·headDim], positions applied
 * @param v  [N, keyValueHeads·headDim]
 * @returns  [N, heads·headDim]
 */
export function attention(
  { q, k, v }: { readonly q: tf.Tensor2D; readonly k: tf.Tensor2D; readonly v: tf.Tensor2D },
  trees: readonly PackedTree[],
  counts: HeadCounts,
): tf.Tensor2D {
  return runOperation(operation, { q, k, v }, {}, { ...counts, trees: flatten(trees) }) as tf.Tensor2D;
}
