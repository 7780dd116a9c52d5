import type { tf } from "@tokenwise/kit";
import type { LlamaConfig } from "../config/llama-config.ts";
import { addedLinear, linear } from "../ops/linear.ts";
import { residual } from "../ops/residual.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { rope, type RopeTables } from "../ops/rope.ts";
import { swiGlu } from "../ops/swi-glu.ts";
import type { Capture, CapturedType } from "./activation-means.ts";

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
  /** The projection added to `residual`. */
  projectOnto: (residual: tf.Tensor2D, input: tf.Tensor2D, name: string): tf.Tensor2D =>
    addedLinear(residual, input, parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)),
});

/**
 * One transformer layer: attention, then the feed-forward, each after a norm and added to its input. [N,D] → [N,D].
 *
 * @param capture  is shown what is inside
 */
export function block(
  x: tf.Tensor2D,
  parameters: BlockParameters,
  tables: RopeTables,
  attend: Attend,
  config: LlamaConfig,
  capture?: Capture,
): tf.Tensor2D {
  const { norm, project, projectOnto } = stepsOf(parameters, config);
  const shown = (type: CapturedType, tensor: tf.Tensor2D): tf.Tensor2D => {
    capture?.(type, tensor);
    return tensor;
  };
  // One operation, unless the projection by itself is to be seen.
  const added = (to: tf.Tensor2D, input: tf.Tensor2D, name: string): tf.Tensor2D =>
    shown("residual", capture ? residual(to, shown("residual", project(input, name))) : projectOnto(to, input, name));

  const normed = shown("residual", norm(x, "input_layernorm"));
  const q = shown("attention", rope(shown("attention", project(normed, "self_attn.q_proj")), tables));
  const k = shown("attention", rope(shown("attention", project(normed, "self_attn.k_proj")), tables));
  const v = shown("attention", project(normed, "self_attn.v_proj"));
  const attended = shown("attention", attend({ q, k, v }));
  const middle = added(x, attended, "self_attn.o_proj");

  const inner = shown("residual", norm(middle, "post_attention_layernorm"));
  const activated = shown("mlp", swiGlu(project(inner, "mlp.gate_proj"), project(inner, "mlp.up_proj")));
  return added(middle, activated, "mlp.down_proj");
}
