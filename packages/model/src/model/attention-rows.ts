/** Attention of single tokens, without a layer's map of all tokens by all. */
import { noGrad, tf, TokenwiseError } from "@tokenwise/kit";
import type { LlamaConfig } from "../config/llama-config.ts";
import { separateHeads } from "../ops/attention/head-layout.ts";
import { entriesOf } from "../ops/entries-of.ts";
import { batchedProduct } from "../ops/product.ts";
import { rope, type RopeTables } from "../ops/rope.ts";
import type { PackedTree, Span } from "../stream/pack-trees.ts";
import { attentionRollout, type AttentionMap } from "./attention-rollout.ts";
import { stepsOf, type BlockParameters } from "./block.ts";

/**
 * A layer: an integer counts from 0, or from the end if it is negative; a number between 0 and 1 is a share of the depth, so that of L layers
 * f is layer round(f·L) − 1. "rollout": all layers, each half attention and half the residual stream [Abnar and Zuidema 2020].
 */
export type AttentionLayer = number | "rollout";

/** @throws TW_E_ATTENTION_LAYER  for a layer that a model of `count` layers does not have. */
export function layerIndex(layer: number, count: number): number {
  const index = layer > 0 && layer < 1 ? Math.max(0, Math.round(layer * count) - 1) : layer < 0 ? layer + count : layer;
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new TokenwiseError("TW_E_ATTENTION_LAYER", `attention of layer ${layer} of a model that has ${count} layers`, {
    hint: `0 … ${count - 1}, −${count} … −1 from the end, or a share of the depth between 0 and 1`,
  });
}

/** A forward pass as far as attention follows from it. */
export interface AttendedPass {
  /** Each layer's input [N, D]. */
  readonly inputs: readonly tf.Tensor2D[];
  readonly layers: readonly BlockParameters[];
  readonly tables: RopeTables;
  readonly trees: readonly PackedTree[];
  readonly config: LlamaConfig;
}

/**
 * What the last token of each tree's prefix pays to every token of the prefix: [S] a tree, mean over the query heads, of sum 1; a constant.
 *
 * A layer costs its keys again and S·D multiplications. The rollout costs queries and keys of all layers again, and S²·D in all but the last.
 */
export const attentionRows = (pass: AttendedPass, layer: AttentionLayer): tf.Tensor1D[] =>
  noGrad(() =>
    pass.trees.map(({ prefix }) =>
      tf.tidy(() => {
        const { length } = prefix;
        const count = pass.layers.length;
        if (layer === "rollout") return attentionRollout(length, count, (index) => mapOf(pass, prefix, index));
        const rows = mapOf(pass, prefix, layerIndex(layer, count));
        return tf.reshape(rows({ start: length - 1, length: 1 }), [length]);
      }),
    ),
  );

/** A layer's attention within a prefix, mean over the query heads. */
function mapOf({ inputs, layers, tables, config }: AttendedPass, prefix: Span, index: number): AttentionMap {
  const { norm, project } = stepsOf(layers[index]!, config);
  const { cos, sin } = within(tables, prefix);
  const layout = separateHeads({ heads: config.numAttentionHeads, keyValueHeads: config.numKeyValueHeads });
  const normed = norm(entriesOf(inputs[index]!, 0, prefix.start, prefix.length), "input_layernorm");
  const keys = layout.keys(rope(project(normed, "self_attn.k_proj"), { cos, sin }));
  return (span) =>
    tf.tidy(() => {
      const asking = project(entriesOf(normed, 0, span.start, span.length), "self_attn.q_proj");
      const scaled = tf.mul<tf.Tensor2D>(rope(asking, within({ cos, sin }, span)), config.headDim ** -0.5);
      const scores = batchedProduct(layout.queries(scaled), keys, { transposeB: true });
      const apart = tf.reshape(scores, [config.numKeyValueHeads, span.length, layout.rowsPerToken, prefix.length]);
      return tf.mean<tf.Tensor2D>(tf.softmax(tf.add(apart, causal(span, prefix.length))), [0, 2]);
    });
}

const within = ({ cos, sin }: RopeTables, { start, length }: Span): RopeTables => ({
  cos: entriesOf(cos, 0, start, length),
  sin: entriesOf(sin, 0, start, length),
});

/** Additive [R, 1, S]: so low beyond a row's own token that the weight there is exactly 0. */
function causal({ start, length }: Span, columns: number): tf.Tensor3D {
  const mask = new Float32Array(length * columns);
  for (let row = 0; row < length; row++) mask.fill(-1e9, row * columns + start + row + 1, (row + 1) * columns);
  return tf.tensor3d(mask, [length, 1, columns]);
}
