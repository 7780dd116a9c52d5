import { tf } from "@tokenwise/kit";
import type { LlamaConfig } from "../config/llama-config.ts";
import { attention } from "../ops/attention/attention.ts";
import { linear } from "../ops/linear.ts";
import { residual } from "../ops/residual.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { rope, type RopeTables } from "../ops/rope.ts";
import { swiGlu } from "../ops/swi-glu.ts";
import type { PackedTree } from "../stream/pack-trees.ts";

/** A layer's parameters by the name that follows "model.layers.<i>.". */
export type BlockParameters = ReadonlyMap<string, tf.Tensor>;

/** One transformer layer: attention over the prefix trees, then the feed-forward, each after a norm and added to its input. [N,D] → [N,D]. */
export function block(
  x: tf.Tensor2D,
  parameters: BlockParameters,
  tables: RopeTables,
  trees: readonly PackedTree[],
  config: LlamaConfig,
): tf.Tensor2D {
  const norm = (input: tf.Tensor2D, name: string) =>
    rmsNorm(input, parameters.get(`${name}.weight`)!, config.rmsNormEps);
  const project = (input: tf.Tensor2D, name: string) =>
    linear(input, parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`));

  const normed = norm(x, "input_layernorm");
  const q = rope(project(normed, "self_attn.q_proj"), tables);
  const k = rope(project(normed, "self_attn.k_proj"), tables);
  const v = project(normed, "self_attn.v_proj");
  const attended = attention({ q, k, v }, trees, {
    heads: config.numAttentionHeads,
    keyValueHeads: config.numKeyValueHeads,
  });
  const middle = residual(x, project(attended, "self_attn.o_proj"));

  const inner = norm(middle, "post_attention_layernorm");
  const activated = swiGlu(project(inner, "mlp.gate_proj"), project(inner, "mlp.up_proj"));
  return residual(middle, project(activated, "mlp.down_proj"));
}
