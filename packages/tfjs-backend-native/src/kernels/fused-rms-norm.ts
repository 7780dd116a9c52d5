import type { KernelConfig } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import { kernel } from "../kernel.ts";
import { rowsOf } from "./rows.ts";

/** FusedRMSNorm: x [N,D], weight [D], attribute epsilon → x·r·weight [N,D] and r = 1/√(mean x² + epsilon) [N,1]. */
const forward = kernel<{ readonly epsilon: number }>(
  "FusedRMSNorm",
  ({ inputs: { x, weight }, attributes: { epsilon }, backend }) => {
    const { rows, width } = rowsOf(x!);
    const [y, r] = [backend.allocate(x!.shape), backend.allocate([rows, 1])];
    addon().rmsNorm(rows, width, backend.floatsOf(x!), backend.floatsOf(weight!), epsilon, y.values, r.values);
    return [y.info, r.info];
  },
);

/** FusedRMSNormGrad: dy and x [N,D], weight [D], extra0 = r [N,1] → the gradients of x and weight. */
const gradient = kernel("FusedRMSNormGrad", ({ inputs: { dy, x, weight, extra0 }, backend }) => {
  const { rows, width } = rowsOf(x!);
  const [dx, dweight] = [backend.allocate(x!.shape), backend.allocate(weight!.shape)];
  const [slopes, values, scale, r] = [dy!, x!, weight!, extra0!].map((info) => backend.floatsOf(info)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  addon().rmsNormGradient(rows, width, slopes, values, scale, r, dx.values, dweight.values);
  return [dx.info, dweight.info];
});

export const fusedRmsNormKernels: readonly KernelConfig[] = [forward, gradient];
