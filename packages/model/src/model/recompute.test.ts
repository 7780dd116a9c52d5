import { pick, tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { relativeDifference, someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { vocabularyPass } from "../ops/vocabulary/vocabulary-pass.ts";
import { packTrees } from "../stream/pack-trees.ts";
import type { CausalModel } from "./causal-model.ts";

const stream = packTrees([{ prefix: someTokens(5), branches: [someTokens(3, 1), someTokens(4, 2)] }]);

function lossAndGradients(model: CausalModel, recompute: boolean) {
  const { value, grads } = tf.variableGrads(() => {
    const { hidden } = model.forward(stream, { recompute });
    const [logProbs] = vocabularyPass({
      models: { policy: { hidden, unembedding: model.unembedding } },
      ids: tf.tensor1d(someTokens(12, 4), "int32"),
      reductions: [{ gradient: true, reduce: (rows) => pick(rows.logProbs("policy"), rows.ids) }],
      chunkRows: 5,
    });
    return tf.sum<tf.Scalar>(logProbs!);
  }, [...model.parameters.values()]);
  const numbers = Object.entries(grads).map(
    ([name, gradient]) => [name, gradient.dataSync<"float32">().slice()] as const,
  );
  const loss = value.dataSync()[0]!;
  tf.dispose([value, grads]);
  return { loss, gradients: new Map(numbers) };
}

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  it.each([true, false])(
    "recomputation gives the same loss and gradients and leaks nothing (tied embeddings: %s)",
    (tieWordEmbeddings) => {
      const model = tinyModel({ tieWordEmbeddings, queryKeyValueBias: true, mlpBias: true });
      const plain = lossAndGradients(model, false);
      const before = tf.memory().numTensors;
      const again = lossAndGradients(model, true);
      expect(tf.memory().numTensors).toBe(before);
      expect(again.loss).toBeCloseTo(plain.loss, 5);
      for (const [name, gradient] of plain.gradients)
        expect(relativeDifference(again.gradients.get(name)!, gradient), name).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  it("recomputation keeps the input of each block and nothing else of it", () => {
    const model = tinyModel({ numHiddenLayers: 4 });
    const keptBy = (recompute: boolean) => {
      let kept = 0;
      const { value, grads } = tf.variableGrads(() => {
        const before = tf.memory().numTensors;
        const { hidden } = model.forward(stream, { recompute });
        kept = tf.memory().numTensors - before;
        return tf.sum<tf.Scalar>(hidden);
      }, [...model.parameters.values()]);
      tf.dispose([value, grads]);
      return kept;
    };
    // A block keeps its input, its 9 weights and the two rotary tables; embedding and final norm keep 4, and one tensor is the result.
    expect(keptBy(true)).toBeLessThanOrEqual(4 * 12 + 6);
    expect(keptBy(false)).toBeGreaterThan(4 * 30);
    model.dispose();
  });
});
