import { tf } from "@tokenwise/kit";
import { tryKernel } from "./kernels.ts";

/** The L2 norm over all tensors together. Kernel FusedGlobalNorm: the tensors by any names → a scalar. */
export function globalNorm(tensors: readonly tf.Tensor[]): number {
  return tf.tidy(() => {
    const named = () => Object.fromEntries(tensors.map((tensor, i) => [`tensor${i}`, tensor]));
    const fused = tryKernel("FusedGlobalNorm", named);
    if (fused) return fused[0]!.dataSync()[0]!;
    const squares = tensors.map((tensor) => tf.sum(tf.square(tensor)));
    return Math.sqrt(squares.reduce((sum, square) => sum + square.dataSync()[0]!, 0));
  });
}

/** The factor that brings `norm` down to `limit`; 1 if it is below. The small number is torch's, for equal trajectories. */
export const clipFactor = (norm: number, limit: number): number => Math.min(1, limit / (norm + 1e-6));
