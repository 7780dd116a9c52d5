import { tf } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { wave } from "../../../test/support/finite-differences.ts";
import { onBackend } from "../../../test/support/on-backend.ts";
import { useBackend } from "../../backend.ts";
import { packTrees } from "../../stream/pack-trees.ts";
import { isFused } from "../fused.ts";
import { attention } from "./attention.ts";

const isBuilt = await useBackend("native").then(
  () => true,
  () => false,
);

const tokens = (length: number) => new Int32Array(length);

const streams = [
  ["one row", [{ prefix: tokens(1), branches: [] }]],
  ["a sequence", [{ prefix: tokens(130), branches: [] }]],
  [
    "trees with empty and long branches",
    [
      { prefix: tokens(70), branches: [tokens(40), tokens(0), tokens(65)] },
      { prefix: tokens(0), branches: [tokens(3), tokens(2)] },
      { prefix: tokens(20), branches: [tokens(1)] },
    ],
  ],
] as const;

const heads = [
  { heads: 9, keyValueHeads: 3, headDim: 64 },
  { heads: 4, keyValueHeads: 4, headDim: 4 },
  { heads: 6, keyValueHeads: 1, headDim: 18 },
] as const;

/** The attention of a stream and its gradients by q, k and v, on the current backend. */
function run(stream: (typeof streams)[number][1], { headDim, ...counts }: (typeof heads)[number]) {
  return tf.tidy(() => {
    const { trees, ids } = packTrees([...stream]);
    const [queries, keys] = [counts.heads * headDim, counts.keyValueHeads * headDim];
    const projections = [wave([ids.length, queries]), wave([ids.length, keys], 1), wave([ids.length, keys], 2)];
    const dy = wave([ids.length, queries], 3);
    const { value, grads } = tf.valueAndGrads((q, k, v) => {
      const [query, key, values] = [q, k, v] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return tf.sum(tf.mul(attention({ q: query, k: key, v: values }, trees, counts), dy));
    })(projections);
    return [value, ...grads].map((tensor) => tensor.dataSync<"float32">());
  });
}

const cases = streams.flatMap(([name, stream]) => heads.map((shape) => [name, shape, stream] as const));

describe.runIf(isBuilt)("on native", () => {
  onBackend("native");

  it.each(cases)("attention and its gradients are those of the composite: %s, %o", async (_, shape, stream) => {
    expect(isFused("FusedPrefixTreeAttention")).toBe(true);
    const actual = run(stream, shape);
    await useBackend("cpu");
    const expected = run(stream, shape);
    await useBackend("native");
    actual.forEach((numbers, i) => {
      // Of one row the gradients by q and k are 0, and what rounding leaves of them.
      const scale = Math.max(1, ...expected[i]!.map(Math.abs));
      const farthest = Math.max(...numbers.map((x, j) => Math.abs(x - expected[i]![j]!)));
      expect(farthest / scale).toBeLessThan(1e-5);
    });
  });
});
