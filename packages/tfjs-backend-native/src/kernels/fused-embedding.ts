import type { KernelConfig } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import { kernel } from "../kernel.ts";
import { rowsOf } from "./rows.ts";

/** FusedEmbedding: weight [V,D], ids int32 [N] → the rows [N,D]. */
const forward = kernel("FusedEmbedding", ({ inputs: { weight, ids }, backend }) => {
  const { rows, width } = rowsOf(weight!);
  const out = backend.allocate([...ids!.shape, width]);
  const count = rowsOf(out.info).rows;
  addon().gatherRows(rows, count, width, backend.floatsOf(weight!), backend.intsOf(ids!), out.values);
  return [out.info];
});

/** FusedEmbeddingGrad: dy [N,D], ids int32 [N], attribute vocabularySize → the gradient of weight [V,D]: the rows of each id added up. */
const gradient = kernel<{ readonly vocabularySize: number }>(
  "FusedEmbeddingGrad",
  ({ inputs: { dy, ids }, attributes: { vocabularySize }, backend }) => {
    const { rows: count, width } = rowsOf(dy!);
    const out = backend.allocate([vocabularySize, width]);
    addon().scatterRows(vocabularySize, count, width, backend.floatsOf(dy!), backend.intsOf(ids!), out.values);
    return [out.info];
  },
);

export const fusedEmbeddingKernels: readonly KernelConfig[] = [forward, gradient];
