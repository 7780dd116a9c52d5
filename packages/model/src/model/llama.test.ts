import { tf } from "@tokenwise/kit";
import { expect, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { packTrees } from "../stream/pack-trees.ts";
import { cloneModel } from "./clone-model.ts";
import { createModel } from "./create-model.ts";

onBackend("cpu");
const stream = packTrees([{ prefix: someTokens(6), branches: [] }]);
const code = (name: string): unknown => expect.objectContaining({ code: name });

it("a clone is frozen, and training the model does not change it", () => {
  const model = tinyModel();
  const clone = cloneModel(model);
  const before = clone.forward(stream).hidden.dataSync().slice();
  model.parameters.forEach((variable) => variable.assign(tf.mul(variable, 1.5)));
  expect(clone.forward(stream).hidden.dataSync()).toEqual(before);
  expect(model.forward(stream).hidden.dataSync()).not.toEqual(before);
  expect([...clone.parameters.values()].some(({ trainable }) => trainable)).toBe(false);
  expect([...clone.parameters.keys()]).toEqual([...model.parameters.keys()]);
});

it("disposing of a model frees all its tensors, and leaves its clone whole", () => {
  const before = tf.memory().numTensors;
  const model = tinyModel();
  const clone = cloneModel(model);
  model.dispose();
  expect(clone.unembedding.dataSync().length).toBe(23 * 16);
  clone.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it("a seed decides the weights: matrices of the configured deviation, norms 1, biases 0", () => {
  const weights = (seed: number, name: string) => [
    ...tinyModel({ vocabSize: 400, queryKeyValueBias: true }, seed).parameters.get(name)!.dataSync(),
  ];
  expect(weights(3, "lm_head.weight")).toEqual(weights(3, "lm_head.weight"));
  expect(weights(3, "lm_head.weight")).not.toEqual(weights(4, "lm_head.weight"));
  expect(weights(3, "lm_head.weight")).not.toEqual(weights(3, "model.embed_tokens.weight"));
  const values = weights(3, "lm_head.weight");
  expect(Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)).toBeCloseTo(0.3, 1);
  expect(new Set(weights(3, "model.norm.weight"))).toEqual(new Set([1]));
  expect(new Set(weights(3, "model.layers.1.self_attn.q_proj.bias"))).toEqual(new Set([0]));
});

it("hidden states are returned in the order asked; the last one is the result", () => {
  const model = tinyModel();
  const all = model.forward(stream, { hiddenStates: "all" });
  expect(all.hiddenStates).toHaveLength(3);
  expect(all.hiddenStates![2]!.dataSync()).toEqual(all.hidden.dataSync());
  const some = model.forward(stream, { hiddenStates: [2, 0] });
  expect(some.hiddenStates!.map((state) => state.dataSync())).toEqual([
    all.hiddenStates![2]!.dataSync(),
    all.hiddenStates![0]!.dataSync(),
  ]);
  expect(() => model.forward(stream, { hiddenStates: [3] })).toThrow(code("TW_E_HIDDEN_STATE"));
});

it("gradients reach the parameters through hidden states of the middle", () => {
  const model = tinyModel();
  const { grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(model.forward(stream, { hiddenStates: [1] }).hiddenStates![0]!),
    [model.parameters.get("model.embed_tokens.weight")!],
  );
  expect(Math.max(...Object.values(grads)[0]!.dataSync())).toBeGreaterThan(0);
});

it("tokens outside the vocabulary, sequences beyond the context and weights of a wrong size are refused", () => {
  const model = tinyModel({ maxPositionEmbeddings: 8 });
  expect(() => model.forward(packTrees([{ prefix: Int32Array.of(1, 23), branches: [] }]))).toThrow(
    code("TW_E_TOKEN_RANGE"),
  );
  expect(() => model.forward(packTrees([{ prefix: Int32Array.of(1, -1), branches: [] }]))).toThrow(
    code("TW_E_TOKEN_RANGE"),
  );
  expect(() => model.forward(packTrees([{ prefix: someTokens(6), branches: [someTokens(3)] }]))).toThrow(
    code("TW_E_CONTEXT_LENGTH"),
  );
  expect(() => createModel(model.config, { weights: () => new Float32Array(3) })).toThrow(code("TW_E_WEIGHT_SHAPE"));
});

it("a forward pass leaves nothing behind but its result", () => {
  const model = tinyModel();
  const before = tf.memory().numTensors;
  const { hidden } = model.forward(stream);
  expect(tf.memory().numTensors).toBe(before + 1);
  hidden.dispose();
});
