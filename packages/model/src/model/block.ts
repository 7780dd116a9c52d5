import type { tf } from "@tokenwise/kit";
import type { LlamaConfig } from "../config/llama-config.ts";
import { linear } from "../ops/linear.ts";
import { residual } from "../ops/residual.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { rope, type RopeTables } from "../ops/rope.ts";
import { swiGlu } from "../ops/swi-glu.ts";

/** A layer's parameters by the name that follows "model.layers.<i>.". */
export type BlockParameters = ReadonlyMap<string, tf.Tensor>;

/** Attention of queries [N, heads·headDim] to keys and values [N, keyValueHeads·headDim], positions applied → [N, heads·headDim]. */
export type Attend = (projections: {
  readonly q: tf.Tensor2D;
  readonly k: tf.Tensor2D;
  readonly v: tf.Tensor2D;
}) => tf.Tensor2D;

/** What a layer does to its input by parameters of these names. */
export const stepsOf = (parameters: BlockParameters, { rmsNormEps }: LlamaConfig) => ({
  norm: (input: tf.Tensor2D, name: string): tf.Tensor2D =>
    rmsNorm(input, parameters.get(`${name}.weight`)!, rmsNormEps),
  project: (input: tf.Tensor2D, name: string): tf.Tensor2D =>
    linear(input, parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)),
});

/** One transformer layer: attention, then the feed-forward, each after a norm and added to its input. [N,D] → [N,D]. */
export function block(
  x: tf.Tensor2D,
  parameters: BlockParameters,
  tables: RopeTables,
  attend: Attend,
  config: LlamaConfig,
): tf.Tensor2D {
  const { norm, project } = stepsOf(parameters, config);
  const normed = norm(x, "input_layernorm");
  const q = rope(project(normed, "self_attn.q_proj"), tables);
  const k = rope(project(normed, "self_attn.k_proj"), tables);
  const v = project(normed, "self_attn.v_proj");
  const middle = residual(x, project(attend({ q, k, v }), "self_attn.o_proj"));

  const inner = norm(middle, "post_attention_layernorm");
  const activated = swiGlu(project(inner, "mlp.gate_proj"), project(inner, "mlp.up_proj"));
  return residual(middle, project(activated, "mlp.down_proj"));
}
