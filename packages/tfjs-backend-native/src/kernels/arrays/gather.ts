/** Rows picked by index, and rows added up by index. */
import { backend_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../../addon.ts";
import { isNumeric, numbersOf, partialKernel, sizeOf } from "../partial-kernel.ts";

interface Along {
  readonly axis: number;
  readonly batchDims?: number;
}

const gatherV2 = partialKernel<Along>("GatherV2", ({ inputs, attributes, backend }) => {
  const [x, indices] = [inputs.x!, inputs.indices!];
  if (!isNumeric(x)) return undefined;
  const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
  const ids = backend.intsOf(indices);
  const rows = x.shape[axis]!;
  for (const id of ids)
    util.assert(id >= 0 && id < rows, () => `GatherV2: the index value ${id} is not in [0, ${rows - 1}]`);
  const collect = backend_util.segment_util.collectGatherOpShapeInfo;
  const plan = collect(x, indices, axis, attributes.batchDims ?? 0);
  const { info, values } = backend.allocate(plan.outputShape, x.dtype);
  const count = plan.batchSize === 0 ? 0 : ids.length / plan.batchSize;
  if (values.length > 0)
    addon().gather(numbersOf(backend, x), ids, values, plan.batchSize, plan.outerSize, rows, count, plan.sliceSize);
  return info;
});

/** Indices of several axes as one: [count, axes] → [count]. */
function flat(indices: Int32Array, count: number, strides: readonly number[], rows: number, shape: readonly number[]) {
  const axes = strides.length;
  const ids = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let id = 0;
    for (let axis = 0; axis < axes; axis++) id += indices[i * axes + axis]! * strides[axis]!;
    if (id < 0 || id >= rows)
      throw new Error(
        `Invalid indices: ${[...indices.subarray(i * axes, (i + 1) * axes)]} does not index into ${shape}`,
      );
    ids[i] = id;
  }
  return ids;
}

const gatherNd = partialKernel("GatherNd", ({ inputs, backend }) => {
  const [params, indices] = [inputs.params!, inputs.indices!];
  if (!isNumeric(params)) return undefined;
  const [shape, count, length, strides] = backend_util.prepareAndValidate(params, indices);
  const depth = indices.shape.at(-1)!;
  if (count === 0 || length === 0 || depth === 0) return undefined;
  const rows = sizeOf(params.shape) / length;
  const ids = flat(backend.intsOf(indices), count, strides.slice(0, depth), rows, params.shape);
  const { info, values } = backend.allocate(shape, params.dtype);
  addon().gather(numbersOf(backend, params), ids, values, 1, 1, rows, count, length);
  return info;
});

const scatterNd = partialKernel<{ readonly shape: readonly number[] }>(
  "ScatterNd",
  ({ inputs, attributes, backend }) => {
    const [indices, updates] = [inputs.indices!, inputs.updates!];
    const shape = [...attributes.shape];
    if (updates.dtype !== "float32" || indices.dtype !== "int32") return undefined;
    const plan = backend_util.calculateShapes(updates, indices, shape);
    if (plan.outputSize === 0 || plan.sliceRank === 0) return undefined;
    const rows = plan.outputSize / plan.sliceSize;
    const ids = flat(backend.intsOf(indices), plan.numUpdates, plan.strides.slice(0, plan.sliceRank), rows, shape);
    const { info, values } = backend.allocate(shape);
    addon().scatterAdd(backend.floatsOf(updates), ids, values, rows, plan.sliceSize);
    return info;
  },
);

/**
 * Differs from the CPU backend's in one thing: there a segment is the sum of all rows times 0 or 1, so that an infinity or NaN in one makes
 * every segment NaN.
 */
const unsortedSegmentSum = partialKernel<{ readonly numSegments: number }>(
  "UnsortedSegmentSum",
  ({ inputs, attributes: { numSegments }, backend }) => {
    const [x, segmentIds]: readonly TensorInfo[] = [inputs.x!, inputs.segmentIds!];
    if (x!.dtype !== "float32" || segmentIds!.dtype !== "int32" || segmentIds!.shape.length !== 1) return undefined;
    const slice = x!.shape.slice(1);
    const { info, values } = backend.allocate([numSegments, ...slice]);
    addon().scatterAdd(backend.floatsOf(x!), backend.intsOf(segmentIds!), values, numSegments, sizeOf(slice));
    return info;
  },
);

export const gathers = [gatherV2, gatherNd, scatterNd, unsortedSegmentSum];
