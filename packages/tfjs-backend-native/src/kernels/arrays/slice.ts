/** Parts of a tensor. The CPU backend's may share memory with the whole; these never do, unless they are the whole. */
import { backend_util, slice_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../../backend.ts";
import { isNumeric, numbersOf, partialKernel, shared, sizeOf, type NumericInfo } from "../partial-kernel.ts";
import { copy, mostAxes, stridesOf } from "./copy.ts";

/** The numbers from `begin`, in a tensor of the shape `shape` instead of `size` if given. */
function sliced(
  backend: NativeBackend,
  x: NumericInfo,
  begin: readonly number[],
  size: readonly number[],
  shape: readonly number[] = size,
): TensorInfo {
  if (util.arraysEqual(x.shape, size as number[])) return shared(backend, x, shape);
  const { info, values } = backend.allocate(shape, x.dtype);
  const [from, to] = [stridesOf(x.shape), stridesOf(size)];
  const axes = size.map((length, axis) => ({ size: length, from: from[axis]!, to: to[axis]! }));
  const start = begin.reduce((sum, first, axis) => sum + first * from[axis]!, 0);
  if (values.length > 0) copy(numbersOf(backend, x), values, axes, start);
  return info;
}

const isSliceable = (x: TensorInfo): x is NumericInfo => isNumeric(x) && x.shape.length <= mostAxes;

interface Range {
  readonly begin: number | number[];
  readonly size: number | number[];
}

const slice = partialKernel<Range>("Slice", ({ inputs, attributes, backend }) => {
  const x = inputs.x!;
  if (!isSliceable(x)) return undefined;
  const [begin, size] = slice_util.parseSliceParams(x, attributes.begin, attributes.size);
  slice_util.assertParamsValid(x, begin!, size!);
  return sliced(backend, x, begin!, size!);
});

interface Split {
  readonly numOrSizeSplits: number | number[];
  readonly axis: number;
}

const splitV = partialKernel<Split>("SplitV", ({ inputs, attributes, backend }) => {
  const x = inputs.x!;
  if (!isSliceable(x)) return undefined;
  const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
  const begin = x.shape.map(() => 0);
  return backend_util.prepareSplitSize(x as never, attributes.numOrSizeSplits, axis).map((length) => {
    const part = sliced(backend, x, begin, x.shape.with(axis, length));
    begin[axis]! += length;
    return part;
  });
});

const unpack = partialKernel<{ readonly axis: number }>("Unpack", ({ inputs, attributes, backend }) => {
  const value = inputs.value!;
  if (!isSliceable(value)) return undefined;
  const axis = attributes.axis < 0 ? attributes.axis + value.shape.length : attributes.axis;
  const size = value.shape.with(axis, 1);
  const begin = value.shape.map(() => 0);
  return Array.from({ length: value.shape[axis]! }, (_, i) =>
    sliced(backend, value, begin.with(axis, i), size, value.shape.toSpliced(axis, 1)),
  );
});

interface Padding {
  readonly paddings: readonly (readonly [number, number])[];
  readonly constantValue: number;
}

const padV2 = partialKernel<Padding>("PadV2", ({ inputs, attributes: { paddings, constantValue }, backend }) => {
  const x = inputs.x!;
  if (!isSliceable(x)) return undefined;
  const shape = x.shape.map((length, axis) => paddings[axis]![0] + length + paddings[axis]![1]);
  const { info, values } = backend.allocate(shape, x.dtype);
  values.fill(constantValue);
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
  const axes = x.shape.map((size, axis) => ({ size, from: from[axis]!, to: to[axis]! }));
  const start = paddings.reduce((sum, [before], axis) => sum + before * to[axis]!, 0);
  if (sizeOf(x.shape) > 0) copy(numbersOf(backend, x), values, axes, 0, start);
  return info;
});

export const slices = [slice, splitV, unpack, padV2];
