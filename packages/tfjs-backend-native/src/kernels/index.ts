/** All kernels in C++. Each group stands in a file of its own. */
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { fusedLogSoftmax } from "./fused-log-softmax.ts";

export const nativeKernels: readonly KernelConfig[] = [...fusedLogSoftmax];
