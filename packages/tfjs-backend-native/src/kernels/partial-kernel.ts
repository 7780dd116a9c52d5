/** Kernels in C++ for the types and shapes that matter; TensorFlow.js's own for the rest. */
import { getKernel, type KernelConfig, type NamedAttrMap, type TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../backend.ts";
import type { AnyNumbers } from "../elementwise-addon.ts";
import { kernel, type Call } from "../kernel.ts";

type Result = TensorInfo | TensorInfo[];

function inherited<A extends object>(name: string, { inputs, attributes, backend }: Call<A>): Result {
  const { kernelFunc } = getKernel(name, "cpu");
  return kernelFunc({ inputs: inputs, attrs: attributes as NamedAttrMap, backend });
}

/** @param compute  undefined: it is not for this kernel, and TensorFlow.js's own computes it */
export const partialKernel = <A extends object>(
  name: string,
  compute: (call: Call<A>) => Result | undefined,
): KernelConfig => kernel<A>(name, (call) => compute(call) ?? inherited(name, call));

/** Of kernels whose inputs are a list. */
export const listOf = ({ inputs }: Call<object>): readonly TensorInfo[] => inputs as unknown as readonly TensorInfo[];

export const sizeOf = (shape: readonly number[]): number => {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
};

export type NumericInfo = TensorInfo & { readonly dtype: "float32" | "int32" | "bool" };

export const isNumeric = (tensor: TensorInfo): tensor is NumericInfo =>
  tensor.dtype === "float32" || tensor.dtype === "int32" || tensor.dtype === "bool";

export function numbersOf(backend: NativeBackend, tensor: NumericInfo): AnyNumbers {
  if (tensor.dtype === "float32") return backend.floatsOf(tensor);
  return tensor.dtype === "int32" ? backend.intsOf(tensor) : backend.boolsOf(tensor);
}

/** The same numbers in another shape. */
export function shared(backend: NativeBackend, { dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
  backend.incRef(dataId);
  return { dataId, dtype, shape: [...shape] };
}

/** The code of a name in the addon's list, which is asked for when the first kernel runs. */
export function codesFrom(names: () => string): (name: string) => number {
  let codes: ReadonlyMap<string, number> | undefined;
  return (name) => {
    codes ??= new Map(
      names()
        .trim()
        .split(" ")
        .map((listed, code) => [listed, code]),
    );
    return codes.get(name)!;
  };
}
