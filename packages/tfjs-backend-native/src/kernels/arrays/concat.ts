/** Tensors put together, and repeated. */
import { backend_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Call } from "../../kernel.ts";
import { isNumeric, listOf, numbersOf, partialKernel, shared, sizeOf } from "../partial-kernel.ts";
import { copy, mostAxes, stridesOf } from "./copy.ts";

/** Inputs whose shapes are equal but for one axis, as the output's blocks: [axes before, that axis and those behind it]. */
function joined({ backend }: Call<object>, inputs: readonly TensorInfo[], outer: number, shape: readonly number[]) {
  const { dtype } = inputs[0]!;
  if (!inputs.every((input) => isNumeric(input) && input.dtype === dtype)) return undefined;
  const { info, values } = backend.allocate(shape, dtype as "float32");
  const row = values.length / outer;
  let start = 0;
  for (const input of inputs) {
    const length = sizeOf(input.shape) / outer;
    const axes = [
      { size: outer, from: length, to: row },
      { size: length, from: 1, to: 1 },
    ];
    if (length > 0) copy(numbersOf(backend, input as never), values, axes, 0, start);
    start += length;
  }
  return info;
}

const concat = partialKernel<{ readonly axis: number }>("Concat", (call) => {
  const inputs = listOf(call);
  const axis = util.parseAxisParam(call.attributes.axis, inputs[0]!.shape)[0]!;
  const shapes = inputs.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = backend_util.computeOutShape(shapes, axis);
  const filled = inputs.filter((input) => sizeOf(input.shape) > 0);
  if (filled.length === 1) return shared(call.backend, filled[0]!, filled[0]!.shape);
  return filled.length === 0 ? undefined : joined(call, filled, sizeOf(shape.slice(0, axis)), shape);
});

const pack = partialKernel<{ readonly axis: number }>("Pack", (call) => {
  const inputs = listOf(call);
  const { shape, dtype } = inputs[0]!;
  const isKnown = inputs.every((input) => util.arraysEqual(input.shape, shape) && input.dtype === dtype);
  const axis = call.attributes.axis < 0 ? call.attributes.axis + shape.length + 1 : call.attributes.axis;
  if (!isKnown || inputs.length === 1 || sizeOf(shape) === 0) return undefined;
  return joined(call, inputs, sizeOf(shape.slice(0, axis)), shape.toSpliced(axis, 0, inputs.length));
});

const tile = partialKernel<{ readonly reps: readonly number[] }>(
  "Tile",
  ({ inputs, attributes: { reps }, backend }) => {
    const x = inputs.x!;
    if (!isNumeric(x) || 2 * x.shape.length > mostAxes) return undefined;
    const shape = x.shape.map((length, axis) => length * reps[axis]!);
    if (util.arraysEqual(shape, x.shape)) return shared(backend, x, shape);
    const { info, values } = backend.allocate(shape, x.dtype);
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = x.shape.flatMap((size, axis) => [
      { size: reps[axis]!, from: 0, to: size * to[axis]! },
      { size, from: from[axis]!, to: to[axis]! },
    ]);
    if (values.length > 0) copy(numbersOf(backend, x), values, axes);
    return info;
  },
);

export const concatenations = [concat, pack, tile];
