/** All kernels in C++. Each group stands in a file of its own. */
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { fusedLogSoftmax } from "./fused-log-softmax.ts";
import { fusedMatMulKernels } from "./fused-mat-mul.ts";
import { linearKernels } from "./linear.ts";
import { matMulKernels } from "./mat-mul.ts";

export const nativeKernels: readonly KernelConfig[] = [
  ...matMulKernels,
  ...fusedMatMulKernels,
  ...linearKernels,
  ...fusedLogSoftmax,
];
