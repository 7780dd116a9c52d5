import { tf } from "@tokenwise/kit";

/** The L2 norm over all tensors together. */
export function globalNorm(tensors: readonly tf.Tensor[]): number {
  return tf.tidy(() => {
    const squares = tensors.map((tensor) => tf.sum(tf.square(tensor)));
    return Math.sqrt(squares.reduce((sum, square) => sum + square.dataSync()[0]!, 0));
  });
}

/** The factor that brings `norm` down to `limit`; 1 if it is below. The small number is torch's, for equal trajectories. */
export const clipFactor = (norm: number, limit: number): number => Math.min(1, limit / (norm + 1e-6));
