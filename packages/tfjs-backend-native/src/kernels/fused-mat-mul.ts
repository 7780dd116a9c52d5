import { _FusedMatMul, Add, getKernel, Elu, LeakyRelu, Prelu, Relu, Relu6, Sigmoid } from "@tensorflow/tfjs-core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../backend.ts";
import { backendName, kernel } from "../kernel.ts";
import { inherited, isFloat, matMul, type Transposition } from "./mat-mul.ts";

interface Attributes extends Transposition {
  readonly activation?: string | null;
  readonly leakyreluAlpha?: number;
}

const activationKernels: Readonly<Record<string, string>> = {
  relu: Relu,
  elu: Elu,
  relu6: Relu6,
  prelu: Prelu,
  leakyrelu: LeakyRelu,
  sigmoid: Sigmoid,
};

const run = (
  name: string,
  inputs: Record<string, TensorInfo>,
  backend: NativeBackend,
  attrs: object = {},
): TensorInfo => getKernel(name, backendName).kernelFunc({ inputs, backend, attrs: { ...attrs } }) as TensorInfo;

/** A bias for every column: what the product adds by itself. */
const isByColumn = (bias: TensorInfo, rank: number, n: number): boolean =>
  isFloat(bias) &&
  bias.shape.length >= 1 &&
  bias.shape.length <= rank &&
  bias.shape.every((length, axis) => length === (axis === bias.shape.length - 1 ? n : 1));

export const fusedMatMulKernels: readonly KernelConfig[] = [
  kernel<Attributes>(_FusedMatMul, ({ inputs, attributes, backend }) => {
    const { a, b, bias, preluActivationWeights } = inputs as Record<"a" | "b", TensorInfo> &
      Partial<Record<"bias" | "preluActivationWeights", TensorInfo>>;
    if (!isFloat(a, b)) return inherited(_FusedMatMul, { ...inputs }, backend, attributes);
    const { transposeB, activation, leakyreluAlpha } = attributes;
    const n = b.shape.at(transposeB ? -2 : -1)!;
    const rank = Math.max(a.shape.length, b.shape.length);
    const byColumn = bias !== undefined && isByColumn(bias, rank, n);

    let current = matMul(backend, a, b, attributes, byColumn ? bias : undefined);
    const then = (next: TensorInfo): void => {
      backend.disposeIntermediateTensorInfo(current);
      current = next;
    };
    if (bias && !byColumn) then(run(Add, { a: current, b: bias }, backend));
    if (activation && activation !== "linear") {
      const name = activationKernels[activation];
      if (name === undefined)
        throw new Error(`Activation ${activation} has not been implemented for the native backend.`);
      if (activation === "prelu") then(run(name, { x: current, alpha: preluActivationWeights! }, backend));
      else then(run(name, { x: current }, backend, { alpha: leakyreluAlpha }));
    }
    return current;
  }),
];
