import { tf } from "@tokenwise/kit";

/**
 * Runs a kernel that only some backends have.
 *
 * @param inputs  all tensors by name
 * @returns what it computes; undefined if the current backend does not have it, and the composite must do
 */
export function tryKernel(
  kernel: string,
  inputs: () => Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): readonly tf.Tensor[] | undefined {
  if ((tf.getKernel(kernel, tf.getBackend()) as tf.KernelConfig | undefined) === undefined) return undefined;
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs(), attributes as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}
