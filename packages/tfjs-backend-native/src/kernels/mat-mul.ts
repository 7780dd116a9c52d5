import {
  BatchMatMul,
  broadcast_util,
  getKernel,
  util,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import type { NativeBackend } from "../backend.ts";
import { kernel } from "../kernel.ts";
import { flagsOf, productOf, type Sizes } from "../matrix-product.ts";
import { precisionNumber } from "../precision.ts";

export interface Transposition {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const sizeOf = (shape: readonly number[]): number => util.sizeFromShape([...shape]);

/** Which stored matrix each of those broadcast from `from` to `to` is, or undefined if each is its own. Shapes of the batch alone. */
function broadcastIndices(from: readonly number[], to: readonly number[]): Int32Array | undefined {
  if (sizeOf(from) === sizeOf(to)) return undefined;
  const lengths = [...new Array<number>(to.length - from.length).fill(1), ...from];
  return Int32Array.from({ length: sizeOf(to) }, (_, i) => {
    let index = 0;
    for (let axis = to.length - 1, rest = i, stride = 1; axis >= 0; axis--) {
      if (lengths[axis]! > 1) index += (rest % to[axis]!) * stride;
      stride *= lengths[axis]!;
      rest = Math.floor(rest / to[axis]!);
    }
    return index;
  });
}

/** a·b of float32 tensors over their last two axes; the others are broadcast. A bias [n] is added to every row. */
export function matMul(
  backend: NativeBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: Transposition,
  bias?: TensorInfo,
): TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  util.assert(
    k === inner,
    () =>
      `Error in matMul: inner shapes (${k}) and (${inner}) of Tensors with shapes ${a.shape} and ${b.shape} and ` +
      `transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const shape = [...batch, m, n];
  const sizes: Sizes = { m, n, k, transposeA, transposeB };

  const count = sizeOf(batch);
  if (count === 1) return productOf(backend, a, b, sizes, shape, { bias });
  // One right matrix for all rows of all left ones: a single product.
  if (sizeOf(bBatch) === 1 && !transposeA && sizeOf(aBatch) === count)
    return productOf(backend, a, b, { ...sizes, m: m * count }, shape, { bias });
  const { info, values } = backend.allocate(shape);
  addon().multiplyBatch(
    backend.floatsOf(a),
    backend.floatsOf(b),
    values,
    m,
    n,
    k,
    flagsOf(sizes),
    precisionNumber(),
    count,
    broadcastIndices(aBatch, batch),
    broadcastIndices(bBatch, batch),
    bias && backend.floatsOf(bias),
  );
  return info;
}

export const isFloat = (...tensors: readonly TensorInfo[]): boolean =>
  tensors.every(({ dtype }) => dtype === "float32");

/** TensorFlow.js's own kernel, for what the C++ side does not cover. */
export function inherited(
  name: string,
  inputs: Record<string, TensorInfo>,
  backend: NativeBackend,
  attrs: object,
): TensorInfo {
  return getKernel(name, "cpu").kernelFunc({ inputs, backend, attrs: { ...attrs } }) as TensorInfo;
}

export const matMulKernels: readonly KernelConfig[] = [
  kernel<Transposition>(BatchMatMul, ({ inputs, attributes, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    return isFloat(a, b) ? matMul(backend, a, b, attributes) : inherited(BatchMatMul, { a, b }, backend, attributes);
  }),
];
