import { getKernelsForBackend, registerBackend, registerKernel, type KernelConfig } from "@tensorflow/tfjs-core";
import { addon } from "./addon.ts";
import { NativeBackend } from "./backend.ts";
import { backendName } from "./kernel.ts";
import { nativeKernels } from "./kernels/index.ts";

/** Below wasm's 2 and webgl's, above cpu's 1: becoming the default is the user's choice. */
const priority = 1;

/** Registers every kernel of `cpu` under `native`, then those of this package in their place, then the backend. */
export function register(): void {
  const own = new Set(nativeKernels.map(({ kernelName }) => kernelName));
  const inherited = getKernelsForBackend("cpu").filter(({ kernelName }) => !own.has(kernelName));
  const kernels: readonly KernelConfig[] = [
    ...inherited.map((config) => ({ ...config, backendName })),
    ...nativeKernels,
  ];
  for (const config of kernels) registerKernel(config);
  registerBackend(
    backendName,
    () => {
      addon();
      return new NativeBackend();
    },
    priority,
  );
}
