import { tf } from "@tokenwise/kit";

let models = 0;

/** Variables that take over the tensors' values; the tensors are disposed of. */
export function variablesFrom(
  tensors: Iterable<readonly [name: string, values: tf.Tensor]>,
  trainable: boolean,
): ReadonlyMap<string, tf.Variable> {
  // Names of variables are global in TensorFlow.js, those of parameters are not.
  const prefix = `tokenwise-${models++}`;
  const variables = new Map<string, tf.Variable>();
  for (const [name, values] of tensors) {
    variables.set(name, tf.variable(values, trainable, `${prefix}/${name}`));
    values.dispose();
  }
  return variables;
}
