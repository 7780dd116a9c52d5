/** Means over the width of tensors inside of a forward pass. */
import { noGrad, tf } from "@tokenwise/kit";

/**
 * mlp: after the activation, before the down-projection. attention: queries, keys and values, queries and keys with their positions, and
 * the attended values before the output projection. residual: the embedding; in each block after the first norm, the attention's output,
 * the stream after it, after the second norm, the feed-forward's output, the stream after it; and after the final norm.
 */
export type CapturedType = "mlp" | "attention" | "residual";

export interface ActivationKind {
  readonly type: CapturedType;
  /** Means of the values, or of their sigmoids. */
  readonly of: "values" | "sigmoid";
}

/** Tensors of a type in each block; the residual stream has two more, outside of them. */
const perBlock: Readonly<Record<CapturedType, number>> = { mlp: 1, attention: 6, residual: 6 };

/** Is shown a tensor [N,D] of a type. */
export type Capture = (type: CapturedType, tensor: tf.Tensor2D) => void;

/** Takes the means of what it is shown, constants [N,1], by kind. */
export function meansOf(kinds: readonly ActivationKind[]) {
  const taken = kinds.map((): tf.Tensor2D[] => []);
  const capture: Capture = (type, tensor) =>
    kinds.forEach((kind, index) => {
      if (kind.type !== type) return;
      taken[index]!.push(noGrad(() => tf.mean(kind.of === "sigmoid" ? tf.sigmoid(tensor) : tensor, 1, true)));
    });
  return { capture, taken: taken as readonly (readonly tf.Tensor2D[])[] };
}

/** What a block returns when it is asked for means: its output and, beside it, all of them, in one tensor. */
export const withMeans = (output: tf.Tensor2D, taken: readonly (readonly tf.Tensor2D[])[]): tf.Tensor2D =>
  tf.concat2d([output, ...taken.flat()], 1);

/** The output of `withMeans` and, by kind, its means [N, number of tensors]. */
export function apart(joined: tf.Tensor2D, width: number, kinds: readonly ActivationKind[]) {
  const sizes = [width, ...kinds.map(({ type }) => perBlock[type])];
  const [output, ...means] = tf.split<tf.Tensor2D>(joined, sizes, 1);
  return { output: output!, means };
}
