import { isNumeric, numbersOf, partialKernel, shared } from "../partial-kernel.ts";
import { copy, mostAxes, stridesOf, type Axis } from "./copy.ts";

/** The axes of a tensor in the order `order`, for `copy`. */
export function permuted(shape: readonly number[], order: readonly number[]): readonly Axis[] {
  const from = stridesOf(shape);
  const to = stridesOf(order.map((axis) => shape[axis]!));
  return order.map((axis, i) => ({ size: shape[axis]!, from: from[axis]!, to: to[i]! }));
}

/** Whether numbers stay where they are: axes longer than 1 keep their order. */
function isInPlace(shape: readonly number[], order: readonly number[]): boolean {
  const moved = order.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!);
}

export const transpose = partialKernel<{ readonly perm: readonly number[] }>(
  "Transpose",
  ({ inputs, attributes: { perm }, backend }) => {
    const x = inputs.x!;
    if (!isNumeric(x) || x.shape.length > mostAxes) return undefined;
    const shape = perm.map((axis) => x.shape[axis]!);
    if (isInPlace(x.shape, perm)) return shared(backend, x, shape);
    const { info, values } = backend.allocate(shape, x.dtype);
    copy(numbersOf(backend, x), values, permuted(x.shape, perm));
    return info;
  },
);
