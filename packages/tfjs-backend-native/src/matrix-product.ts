import type { TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "./addon.ts";
import type { NativeBackend } from "./backend.ts";
import { precisionNumber } from "./precision.ts";

/** op(a) [m,k] · op(b) [k,n]; operands are stored transposed where it says so. */
export interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export const flagsOf = ({ transposeA = false, transposeB = false }: Sizes): number =>
  (transposeA ? 1 : 0) + (transposeB ? 2 : 0);

/** A new tensor of `shape`, m·n numbers: op(a)·op(b) + bias [n] + residual [m,n]. */
export function productOf(
  backend: NativeBackend,
  a: TensorInfo,
  b: TensorInfo,
  sizes: Sizes,
  shape: readonly number[],
  { bias, residual }: { readonly bias?: TensorInfo | undefined; readonly residual?: TensorInfo | undefined } = {},
): TensorInfo {
  const { info, values } = backend.allocate(shape);
  const { m, n, k } = sizes;
  addon().multiply(
    backend.floatsOf(a),
    backend.floatsOf(b),
    values,
    m,
    n,
    k,
    flagsOf(sizes),
    precisionNumber(),
    1,
    bias && backend.floatsOf(bias),
    residual && backend.floatsOf(residual),
  );
  return info;
}
