/**
 * The seam between the model and a backend.
 *
 * An operation is written once, as a composite of TensorFlow.js operations with its gradient. A backend replaces it by registering two
 * kernels under its own backend name, `<kernel>` and `<kernel>Grad` (both, or the composite runs):
 *
 *   <kernel>      inputs: the operation's inputs by name; attributes: the operation's → [output, ...extras]
 *   <kernel>Grad  inputs: dy, those of the operation's inputs it keeps, extra0, extra1, …; the same attributes → one gradient for each
 *                 differentiable input given, in the operation's order
 *
 * Extras are whatever the forward kernel wants its gradient to have. The names of inputs and attributes stand at each operation.
 */
import { tf } from "@tokenwise/kit";

export type Tensors = Readonly<Record<string, tf.Tensor>>;

export interface Operation<Attributes extends object> {
  /** Name of the forward kernel; the gradient's has "Grad" appended. */
  readonly kernel: string;
  /** Differentiable inputs, in the order of the gradients. */
  readonly inputs: readonly string[];
  /** Inputs (differentiable or not) that the gradient needs again. */
  readonly keeps: readonly string[];
  /** The composite: [output, ...extras]. Runs off the tape. */
  forward(tensors: Tensors, attributes: Attributes): readonly tf.Tensor[];
  /** The composite's gradient for each differentiable input given; `tensors` holds dy and what was kept. */
  backward(tensors: Tensors, extras: readonly tf.Tensor[], attributes: Attributes): readonly tf.Tensor[];
}

/** Whether the current backend brings the operation's kernels. */
export function isFused(kernel: string): boolean {
  const backend = tf.getBackend();
  return tf.getKernel(kernel, backend) != null && tf.getKernel(`${kernel}Grad`, backend) != null;
}

const named = (names: readonly string[], tensors: readonly tf.Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));

function runKernel(kernel: string, tensors: Tensors, attributes: object): readonly tf.Tensor[] {
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, tensors, attributes as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/**
 * Runs an operation, by the backend's kernels if it has them, else as the composite.
 *
 * @param given      differentiable inputs by name; an optional one may be undefined
 * @param constants  further inputs without a gradient (ids, tables)
 */
export function runOperation<Attributes extends object>(
  operation: Operation<Attributes>,
  given: Readonly<Record<string, tf.Tensor | undefined>>,
  constants: Tensors,
  attributes: Attributes,
): tf.Tensor {
  const { kernel } = operation;
  const names = operation.inputs.filter((name) => given[name] !== undefined);
  const kept = operation.keeps.filter((name) => given[name] !== undefined || constants[name] !== undefined);
  const fused = isFused(kernel);

  const compute = tf.customGrad((...parameters: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = parameters[names.length] as tf.GradSaveFunc;
    const tensors = { ...named(names, parameters as tf.Tensor[]), ...constants };
    const [value, ...extras] = fused ? runKernel(kernel, tensors, attributes) : operation.forward(tensors, attributes);
    save([...kept.map((name) => tensors[name] as tf.Tensor), ...extras]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => {
        const again = { ...named(kept, saved), dy };
        const more = saved.slice(kept.length);
        if (!fused) return [...operation.backward(again, more, attributes)];
        const extraInputs = Object.fromEntries(more.map((extra, i) => [`extra${i}`, extra]));
        return [...runKernel(`${kernel}Grad`, { ...again, ...extraInputs }, attributes)];
      });
    return { value: value as tf.Tensor, gradFunc };
  });
  return compute(...names.map((name) => given[name] as tf.Tensor));
}
