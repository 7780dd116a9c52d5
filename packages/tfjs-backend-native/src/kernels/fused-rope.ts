import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import type { NativeBackend } from "../backend.ts";
import { kernel } from "../kernel.ts";
import { rowsOf } from "./rows.ts";

function rotate(x: TensorInfo, cos: TensorInfo, sin: TensorInfo, backwards: boolean, backend: NativeBackend) {
  const { rows, width } = rowsOf(x);
  const headDim = cos.shape.at(-1)!;
  const y = backend.allocate(x.shape);
  const [values, cosines, sines] = [backend.floatsOf(x), backend.floatsOf(cos), backend.floatsOf(sin)];
  // The addon refuses what is not whole.
  addon().rope(rows, width / headDim, headDim / 2, values, cosines, sines, backwards, y.values);
  return [y.info];
}

/** FusedRoPE: x [N, heads·headDim], cos and sin [N, headDim] → x turned, in halves [N, heads·headDim]. */
const forward = kernel("FusedRoPE", ({ inputs: { x, cos, sin }, backend }) => rotate(x!, cos!, sin!, false, backend));

/** FusedRoPEGrad: dy [N, heads·headDim], cos, sin → dy turned back, the gradient of x. */
const gradient = kernel("FusedRoPEGrad", ({ inputs: { dy, cos, sin }, backend }) =>
  rotate(dy!, cos!, sin!, true, backend),
);

export const fusedRopeKernels: readonly KernelConfig[] = [forward, gradient];
