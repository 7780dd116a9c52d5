import { tf } from "@tokenwise/kit";
import { differentiable, restoringTape } from "../ops/tape.ts";

/**
 * Runs a block so that only its input is kept for the backward pass, which computes the rest again.
 *
 * @param constants  tensors the block reads that carry no gradient; kept, as the scope that holds them ends before the backward pass
 */
export function recomputed(
  x: tf.Tensor2D,
  weights: readonly tf.Tensor[],
  constants: readonly tf.Tensor[],
  run: (x: tf.Tensor2D, weights: readonly tf.Tensor[], constants: readonly tf.Tensor[]) => tf.Tensor2D,
): tf.Tensor2D {
  const inputs = [x, ...weights];
  return differentiable(
    inputs,
    () => ({ value: run(x, weights, constants), keep: [...inputs, ...constants] }),
    (dy, kept) => {
      const rest = kept.slice(inputs.length);
      const again = ([first, ...others]: readonly tf.Tensor[]) => run(first as tf.Tensor2D, others, rest);
      return restoringTape(() => tf.grads((...given) => again(given))(kept.slice(0, inputs.length), dy));
    },
  ) as tf.Tensor2D;
}
