/** Attention, forward and backward, beside the matrix product of this package. */
import { addon } from "../src/addon.ts";
import { inTurns } from "./measure.ts";
import { product } from "./products.ts";
import type { Row } from "./row.ts";
import { filled } from "./arrays.ts";

/** SmolLM2-135M's heads at 1,024 tokens. */
const [rows, heads, keyValueHeads, headDim] = [1024, 9, 3, 64];

interface Tree {
  readonly prefix: number;
  readonly branches: readonly number[];
}

const streams: Readonly<Record<string, readonly Tree[]>> = {
  "one sequence": [{ prefix: 1024, branches: [] }],
  "two pairs": Array.from({ length: 2 }, () => ({ prefix: 256, branches: [128, 128] })),
};

/** Trees one after the other, as the addon takes them. */
function flatten(trees: readonly Tree[]): Int32Array {
  let at = 0;
  const span = (length: number): number[] => [(at += length) - length, length];
  return Int32Array.from(
    trees.flatMap(({ prefix, branches }) => [...span(prefix), branches.length, ...branches.flatMap(span)]),
  );
}

/** Pairs of a row and a key that it sees. */
function visiblePairs(trees: readonly Tree[]): number {
  const causal = (length: number): number => (length * (length + 1)) / 2;
  const ofTree = ({ prefix, branches }: Tree): number =>
    branches.reduce((pairs, length) => pairs + causal(length) + prefix * length, causal(prefix));
  return trees.reduce((sum, tree) => sum + ofTree(tree), 0);
}

/** Operations are counted causally: 4·headDim a visible pair and head forward, 10·headDim backward. */
export function attentionRows(): readonly Row[] {
  const size = 1024;
  const queries = (): Float32Array => filled(rows * heads * headDim);
  const keys = (): Float32Array => filled(rows * keyValueHeads * headDim);
  const [q, k, v, out, lse, dy] = [queries(), keys(), keys(), queries(), new Float32Array(rows * heads), queries()];
  const [dq, dk, dv] = [queries(), keys(), keys()];
  return Object.entries(streams).map(([stream, trees]) => {
    const flat = flatten(trees);
    const best = inTurns(
      {
        product: product({ name: "", m: size, n: size, k: size }, "f32"),
        forward: () => addon().attentionForward(q, k, v, out, lse, flat, rows, heads, keyValueHeads, headDim),
        backward: () =>
          addon().attentionBackward(dy, q, k, v, out, lse, dq, dk, dv, flat, rows, heads, keyValueHeads, headDim),
      },
      20,
    );
    const operations = 14 * headDim * visiblePairs(trees) * heads;
    const rate = operations / (best.forward + best.backward) / ((2 * size ** 3) / best.product);
    return { name: `attention, forward and backward, ${stream}`, value: rate, unit: "of GEMM", bar: { least: 0.65 } };
  });
}
