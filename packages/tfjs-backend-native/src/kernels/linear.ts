import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import type { NativeBackend } from "../backend.ts";
import { kernel } from "../kernel.ts";
import { productOf } from "../matrix-product.ts";

type Optional<Name extends string> = Partial<Record<Name, TensorInfo>>;

/** Sums over the rows [n,columns]: a product with ones, in float32 whatever the precision. */
function columnSums(backend: NativeBackend, x: TensorInfo): TensorInfo {
  const [rows, columns] = x.shape as [number, number];
  const { info, values } = backend.allocate([columns]);
  addon().multiply(new Float32Array(rows).fill(1), backend.floatsOf(x), values, 1, columns, rows, 0, 0);
  return info;
}

/** Layers x·weightᵀ + bias + residual as Hugging Face stores them: x [N,in], weight [out,in], bias [out], residual [N,out]. */
export const linearKernels: readonly KernelConfig[] = [
  kernel("FusedLinear", ({ inputs, backend }) => {
    const { x, weight, bias, residual } = inputs as Record<"x" | "weight", TensorInfo> & Optional<"bias" | "residual">;
    const [m, k] = x.shape as [number, number];
    const n = weight.shape[0]!;
    return [productOf(backend, x, weight, { m, n, k, transposeB: true }, [m, n], { bias, residual })];
  }),

  /** [dx, dWeight, dBias if there is a bias]. */
  kernel("FusedLinearGrad", ({ inputs, backend }) => {
    const { dy, x, weight, bias } = inputs as Record<"dy" | "x" | "weight", TensorInfo> & Optional<"bias">;
    const [rows, length] = x.shape as [number, number];
    const [out] = weight.shape as [number, number];
    const gradients = [
      productOf(backend, dy, weight, { m: rows, n: length, k: out }, x.shape),
      productOf(backend, dy, x, { m: out, n: length, k: rows, transposeA: true }, weight.shape),
    ];
    return bias === undefined ? gradients : [...gradients, columnSums(backend, dy)];
  }),
];
