import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "./backend.ts";

export const backendName = "native";

type Inputs = Readonly<Record<string, TensorInfo>>;
type Attributes = Readonly<Record<string, unknown>>;

export interface Call<A> {
  readonly inputs: Inputs;
  readonly attributes: A;
  readonly backend: NativeBackend;
}

/**
 * A kernel of this backend.
 *
 * @param name  as TensorFlow.js names it, or the name under which a program looks for a fused one
 */
export function kernel<A extends object = Attributes>(
  name: string,
  compute: (call: Call<A>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName: name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      compute({
        inputs: inputs as Inputs,
        attributes: (attrs ?? {}) as unknown as A,
        backend: backend as NativeBackend,
      }),
  };
}
