import { pick, tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { wave } from "../../test/support/finite-differences.ts";
import { onBackend } from "../../test/support/on-backend.ts";
import { someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { vocabularyPass } from "../ops/vocabulary/vocabulary-pass.ts";
import { packTrees } from "../stream/pack-trees.ts";

const stream = packTrees([
  { prefix: someTokens(4), branches: [someTokens(2, 1), someTokens(3, 2)] },
  { prefix: someTokens(3, 3), branches: [] },
]);

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  it.each([true, false])(
    "finite differences confirm the gradient of a model's log-probabilities (recompute: %s)",
    (recompute) => {
      const model = tinyModel({ tieWordEmbeddings: true, queryKeyValueBias: true, outputBias: true, mlpBias: true });
      const loss = () => {
        const hidden = model.forward(stream, { recompute }).hidden;
        const [logProbs] = vocabularyPass({
          models: { policy: { hidden, unembedding: model.unembedding } },
          ids: tf.tensor1d(someTokens(12, 4), "int32"),
          reductions: [{ gradient: true, reduce: (rows) => pick(rows.logProbs("policy"), rows.ids) }],
          chunkRows: 5,
        });
        return tf.mean<tf.Scalar>(logProbs!);
      };
      const { grads } = tf.variableGrads(loss, [...model.parameters.values()]);
      for (const [name, variable] of model.parameters) {
        const direction = wave(variable.shape, 6);
        const value = tf.clone(variable);
        const at = (step: number) => {
          variable.assign(tf.add(value, tf.mul(direction, step)));
          return tf.tidy(loss).dataSync()[0]!;
        };
        const step = 3e-3;
        const expected = (at(step) - at(-step)) / (2 * step);
        variable.assign(value);
        const actual = tf.sum(tf.mul(grads[variable.name]!, direction)).dataSync()[0]!;
        expect(Math.abs(actual - expected), `${name}: ${actual} instead of ${expected}`).toBeLessThan(
          2e-3 * Math.max(1, Math.abs(expected)),
        );
      }
    },
  );
});
