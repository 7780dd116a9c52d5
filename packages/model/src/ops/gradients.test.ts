import { pick, tf } from "@tokenwise/kit";
import { describe, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { expectGradients, wave } from "../../test/support/finite-differences.ts";
import { packTrees } from "../stream/pack-trees.ts";
import { attention } from "./attention/attention.ts";
import { embedding } from "./embedding.ts";
import { addedLinear, linear } from "./linear.ts";
import { residual } from "./residual.ts";
import { rmsNorm } from "./rms-norm.ts";
import { rope, ropeTables } from "./rope.ts";
import { logSoftmax } from "./vocabulary/log-softmax.ts";
import { swiGlu } from "./swi-glu.ts";
import { vocabularyPass } from "./vocabulary/vocabulary-pass.ts";

const tokens = (length: number) => new Int32Array(length);
const matrix = (x: tf.Tensor) => x as tf.Tensor2D;

describe.each(inject("backends"))("on %s finite differences confirm the gradient of", (backend) => {
  onBackend(backend);

  it("linear", () => expectGradients((x, w) => linear(matrix(x), w), [wave([5, 4]), wave([3, 4], 1)]));
  it("linear with a wide input, which wasm multiplies the other way round", () =>
    expectGradients((x, w) => linear(matrix(x), w), [wave([2, 9]), wave([11, 9], 1)]));
  it("linear with a bias", () =>
    expectGradients((x, w, b) => linear(matrix(x), w, b), [wave([5, 4]), wave([3, 4], 1), wave([3], 2)]));
  it("a residual and a linear layer, with and without a bias", () => {
    expectGradients(
      (residual, x, w) => addedLinear(matrix(residual), matrix(x), w, undefined),
      [wave([5, 3], 3), wave([5, 4]), wave([3, 4], 1)],
    );
    expectGradients(
      (residual, x, w, b) => addedLinear(matrix(residual), matrix(x), w, b),
      [wave([5, 3], 3), wave([5, 4]), wave([3, 4], 1), wave([3], 2)],
    );
  });
  it("rmsNorm", () => expectGradients((x, w) => rmsNorm(matrix(x), w, 1e-5), [wave([4, 6]), wave([6], 1)]));
  it("logSoftmax, of rows that wasm sums in blocks and of rows that it sums whole", () => {
    expectGradients(logSoftmax, [wave([2, 40])]);
    expectGradients(logSoftmax, [wave([3, 7])]);
  });
  it("swiGlu", () =>
    expectGradients((gate, up) => swiGlu(matrix(gate), matrix(up)), [wave([3, 5], 0, 2), wave([3, 5], 1)]));
  it("residual", () =>
    expectGradients((x, y) => tf.mul(residual(matrix(x), matrix(y)), x), [wave([3, 2]), wave([3, 2], 1)]));
  it("embedding, with ids that repeat", () =>
    expectGradients((w) => embedding(w, tf.tensor1d([4, 1, 4, 0, 4], "int32")), [wave([6, 3])]));
  it("rope", () =>
    expectGradients(
      (x) => rope(matrix(x), ropeTables(Int32Array.from([0, 1, 5]), { theta: 100, headDim: 4 })),
      [wave([3, 8])],
    ));

  describe.each([
    ["a single sequence", [{ prefix: tokens(4), branches: [] }]],
    ["a small tree, in one block", [{ prefix: tokens(2), branches: [tokens(2), tokens(1), tokens(2)] }]],
    [
      "trees with an empty prefix and an empty branch",
      [
        { prefix: tokens(0), branches: [tokens(2), tokens(1)] },
        { prefix: tokens(2), branches: [tokens(0), tokens(1)] },
      ],
    ],
  ])("attention over %s", (_, trees) => {
    const stream = packTrees(trees);
    const rows = stream.ids.length;
    it.each([
      [2, 2],
      [4, 2],
      [3, 1],
    ])("with %i query and %i key-value heads", (heads, keyValueHeads) =>
      expectGradients(
        (q, k, v) => attention({ q: matrix(q), k: matrix(k), v: matrix(v) }, stream.trees, { heads, keyValueHeads }),
        [wave([rows, heads * 2]), wave([rows, keyValueHeads * 2], 1), wave([rows, keyValueHeads * 2], 2)],
      ),
    );
  });

  it("vocabularyPass, in chunks, for two reductions that share it", () =>
    expectGradients(
      (hidden, unembedding) => {
        const [logProbs, , kl] = vocabularyPass({
          models: {
            policy: { hidden: matrix(hidden), unembedding: matrix(unembedding) },
            reference: { hidden: matrix(wave([5, 3], 7)), unembedding: matrix(wave([4, 3], 8)) },
          },
          ids: tf.tensor1d([0, 3, 1, 1, 2], "int32"),
          chunkRows: 2,
          reductions: [
            { gradient: true, reduce: (rows) => pick(rows.logProbs("policy"), rows.ids) },
            { gradient: false, reduce: (rows) => tf.max(rows.logits("policy"), -1) },
            {
              gradient: true,
              reduce: (rows) =>
                tf.sum(
                  tf.mul(
                    tf.exp(rows.logProbs("reference")),
                    tf.sub(rows.logProbs("reference"), rows.logProbs("policy")),
                  ),
                  -1,
                ),
            },
          ],
        });
        return tf.add(logProbs!, tf.mul(kl!, 2));
      },
      [wave([5, 3]), wave([4, 3], 1)],
    ));
});
