import { tf } from "@tokenwise/kit";
import { restoringTape } from "../ops/tape.ts";

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
  const compute = tf.customGrad((...parameters: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const inputs = parameters.slice(0, -1) as [tf.Tensor2D, ...tf.Tensor[]];
    (parameters.at(-1) as tf.GradSaveFunc)([...inputs, ...constants]);
    const [input, ...given] = inputs;
    return {
      value: run(input, given, constants),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const again = saved.slice(0, inputs.length);
        const rest = saved.slice(inputs.length);
        return restoringTape(() => tf.grads((first, ...others) => run(first as tf.Tensor2D, others, rest))(again, dy));
      },
    };
  });
  return compute(x, ...weights) as tf.Tensor2D;
}
