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
import { differentiable } from "./tape.ts";

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

/** Whether the current backend brings a kernel. */
export const isRegistered = (name: string): boolean =>
  (tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;

/** Whether the current backend brings the operation's kernels. */
export const isFused = (kernel: string): boolean => isRegistered(kernel) && isRegistered(`${kernel}Grad`);

export function runKernel(kernel: string, tensors: Tensors, attributes: object): readonly tf.Tensor[] {
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, tensors, attributes as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** [output, ...extras], without a gradient. */
export const runForward = <A extends object>(operation: Operation<A>, tensors: Tensors, attributes: A) =>
  isFused(operation.kernel) ? runKernel(operation.kernel, tensors, attributes) : operation.forward(tensors, attributes);

/** The gradient for each differentiable input given. */
export function runBackward<A extends object>(
  operation: Operation<A>,
  tensors: Tensors,
  extras: readonly tf.Tensor[],
  attributes: A,
): readonly tf.Tensor[] {
  if (!isFused(operation.kernel)) return operation.backward(tensors, extras, attributes);
  const byName = Object.fromEntries(extras.map((extra, i) => [`extra${i}`, extra]));
  return runKernel(`${operation.kernel}Grad`, { ...tensors, ...byName }, attributes);
}

/**
 * Runs an operation with its gradient, by the backend's kernels if it has them, else as the composite.
 *
 * @param given      differentiable inputs by name; an optional one may be undefined
 * @param constants  further inputs without a gradient (ids, tables)
 */
export function runOperation<A extends object>(
  operation: Operation<A>,
  given: Readonly<Record<string, tf.Tensor | undefined>>,
  constants: Tensors,
  attributes: A,
): tf.Tensor {
  const inputs = operation.inputs.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const tensors: Tensors = { ...Object.fromEntries(inputs), ...constants };
  const kept = operation.keeps.filter((name) => name in tensors);
  return differentiable(
    inputs.map(([, tensor]) => tensor),
    () => {
      const [value, ...extras] = runForward(operation, tensors, attributes);
      return { value: value!, keep: [...kept.map((name) => tensors[name]!), ...extras] };
    },
    (dy, saved) => {
      const again = Object.fromEntries(kept.map((name, i) => [name, saved[i]!]));
      return runBackward(operation, { ...again, dy }, saved.slice(kept.length), attributes);
    },
  );
}
