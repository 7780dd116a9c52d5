import { noGrad, tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { packTrees } from "../stream/pack-trees.ts";
import type { CausalModel } from "./causal-model.ts";
import { inputGradient } from "./input-gradient.ts";

const sequences = [someTokens(6), someTokens(4, 1), someTokens(1, 2)];

/** The largest logit after the last token of a sequence, whose embeddings are given. */
function largestLogit(model: CausalModel, ids: Int32Array, embeddings: tf.Tensor2D): number {
  return tf.tidy(() => {
    const { hidden } = model.forward(packTrees([{ prefix: ids, branches: [] }]), { embeddings });
    const after = tf.slice(hidden, [ids.length - 1, 0], [1, -1]);
    return Math.max(...tf.matMul(after, model.unembedding, false, true).dataSync());
  });
}

const embeddingsOf = (model: CausalModel, ids: Int32Array): number[][] => {
  const rows = model.parameters.get("model.embed_tokens.weight")!.arraySync() as number[][];
  return Array.from(ids, (id) => rows[id]!);
};

const gradientOf = (model: CausalModel, given: readonly Int32Array[], recompute = false): number[][] =>
  tf.tidy(() => inputGradient(model, given, { recompute }).arraySync());

const largestDifference = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((row, i) => row.map((value, k) => Math.abs(value - b[i]![k]!))));

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  it.each([true, false])(
    "finite differences of the embeddings confirm the gradient of each sequence (recompute: %s)",
    (recompute) => {
      const model = tinyModel({ queryKeyValueBias: true });
      const gradient = gradientOf(model, sequences, recompute);
      const scale = Math.max(...gradient.flat().map(Math.abs));
      let row = 0;
      for (const ids of sequences) {
        const rows = embeddingsOf(model, ids);
        rows.forEach((_, token) => {
          const at = (step: number) => {
            const moved = rows.map((values, i) =>
              values.map((value, k) => (i === token ? value + step * Math.cos(1 + k) : value)),
            );
            return tf.tidy(() => largestLogit(model, ids, tf.tensor2d(moved)));
          };
          const expected = (at(2e-3) - at(-2e-3)) / 4e-3;
          const actual = gradient[row++]!.reduce((sum, value, k) => sum + value * Math.cos(1 + k), 0);
          expect(Math.abs(actual - expected) / scale, `token ${token} of ${ids.length}`).toBeLessThan(5e-3);
        });
      }
      model.dispose();
    },
  );

  it("sequences in one stream have the gradients that each has alone", () => {
    const model = tinyModel({ tieWordEmbeddings: true });
    const apart = sequences.flatMap((ids) => gradientOf(model, [ids]));
    expect(largestDifference(gradientOf(model, sequences), apart)).toBeLessThan(1e-5);
    model.dispose();
  });

  it("leaves nothing but the gradient in memory, and no gradient of a parameter", () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const gradient = noGrad(() => inputGradient(model, sequences));
    expect(gradient.shape).toEqual([11, 16]);
    expect(tf.memory().numTensors).toBe(before + 1);
    gradient.dispose();
    model.dispose();
  });
});
