/** All kernels in C++. Each group stands in a file of its own. */
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { arrays } from "./arrays/index.ts";
import { elementwise } from "./elementwise/index.ts";
import { fusedAdamWKernels } from "./fused-adamw.ts";
import { fusedAttentionKernels } from "./fused-attention.ts";
import { fusedEmbeddingKernels } from "./fused-embedding.ts";
import { fusedLogSoftmaxKernels } from "./fused-log-softmax.ts";
import { fusedMatMulKernels } from "./fused-mat-mul.ts";
import { fusedRmsNormKernels } from "./fused-rms-norm.ts";
import { fusedRopeKernels } from "./fused-rope.ts";
import { fusedSwiGluKernels } from "./fused-swi-glu.ts";
import { fusedVocabularyKernels } from "./fused-vocabulary.ts";
import { linearKernels } from "./linear.ts";
import { matMulKernels } from "./mat-mul.ts";

export const nativeKernels: readonly KernelConfig[] = [
  ...arrays,
  ...elementwise,
  ...fusedAdamWKernels,
  ...fusedAttentionKernels,
  ...fusedEmbeddingKernels,
  ...fusedLogSoftmaxKernels,
  ...fusedMatMulKernels,
  ...fusedRmsNormKernels,
  ...fusedRopeKernels,
  ...fusedSwiGluKernels,
  ...fusedVocabularyKernels,
  ...linearKernels,
  ...matMulKernels,
];
