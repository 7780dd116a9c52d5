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

/** Whether the current backend brings the operation's kernels. */
export function isFused(kernel: string): boolean {
  const backend = tf.getBackend();
  const registered = (name: string) => (tf.getKernel(name, backend) as tf.KernelConfig | undefined) !== undefined;
  return registered(kernel) && registered(`${kernel}Grad`);
}

const named = (names: readonly string[], tensors: readonly tf.Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));

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

  const tensors: Tensors = {
    ...(Object.fromEntries(names.map((name) => [name, given[name]])) as Tensors),
    ...constants,
  };
  return differentiable(
    names.map((name) => given[name]!),
    () => {
      const [value, ...extras] = fused
        ? runKernel(kernel, tensors, attributes)
        : operation.forward(tensors, attributes);
      return { value: value!, keep: [...kept.map((name) => tensors[name] as tf.Tensor), ...extras] };
    },
    (dy, saved) => {
      const again = { ...named(kept, saved), dy };
      const extras = saved.slice(kept.length);
      if (!fused) return operation.backward(again, extras, attributes);
      return runKernel(
        `${kernel}Grad`,
        {
          ...again,
          ...named(
            extras.map((_, i) => `extra${i}`),
            extras,
          ),
        },
        attributes,
      );
    },
  );
}
