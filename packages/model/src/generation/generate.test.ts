import { tf } from "@tokenwise/kit";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import type { CausalModel } from "../model/causal-model.ts";
import { packTrees } from "../stream/pack-trees.ts";
import { generate, type GenerateOptions } from "./generate.ts";
import { sampleToken } from "./sample-token.ts";

const prompts = [3, 1, 9, 4, 4, 2].map((length, salt) => someTokens(length, salt));
const sampled: GenerateOptions = { maxNewTokens: 12, temperature: 1, seed: 5 };

/** Continues one prompt by running the whole sequence again for every token. */
function withoutCache(model: CausalModel, prompt: Int32Array, length: number): number[] {
  const ids = [...prompt];
  while (ids.length < prompt.length + length) {
    const logits = tf.tidy(() => {
      const { hidden } = model.forward(packTrees([{ prefix: Int32Array.from(ids), branches: [] }]));
      return tf
        .matMul(tf.slice(hidden, [ids.length - 1, 0], [1, -1]), model.unembedding, false, true)
        .dataSync<"float32">();
    });
    ids.push(sampleToken(logits, { temperature: 0 }, 0));
  }
  return ids.slice(prompt.length);
}

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);
  let model: CausalModel;
  beforeAll(() => {
    model = tinyModel({ queryKeyValueBias: true });
  });

  it("greedy generation with the cache is the argmax of the whole sequence run again, for prompts of any length", () => {
    const results = generate(model, prompts, { maxNewTokens: 12, temperature: 0, seed: 0 });
    expect(results.map((tokens) => [...tokens])).toEqual(prompts.map((prompt) => withoutCache(model, prompt, 12)));
  });

  it("the same seed gives the same tokens, another seed others", () => {
    expect(generate(model, prompts, sampled)).toEqual(generate(model, prompts, sampled));
    expect(generate(model, prompts, { ...sampled, seed: 6 })).not.toEqual(generate(model, prompts, sampled));
  });

  it.each([1, 2, 5])("in batches of %i a prompt gets what it gets in any other", (batchSize) => {
    expect(generate(model, prompts, { ...sampled, batchSize })).toEqual(generate(model, prompts, sampled));
  });

  it("equal prompts at different places get different samples", () => {
    const [first, second] = generate(model, [prompts[0]!, prompts[0]!], sampled);
    expect(first).not.toEqual(second);
  });

  it("a sequence ends with its stop token, and what goes on beside it does not change", () => {
    const free = generate(model, prompts, sampled);
    const stop = free[2]![3]!;
    const stopped = generate(model, prompts, { ...sampled, stopTokens: [stop] });
    free.forEach((tokens, i) => {
      const end = tokens.indexOf(stop);
      expect([...stopped[i]!]).toEqual([...tokens.slice(0, end < 0 ? undefined : end + 1)]);
    });
  });

  it("nothing is left behind", () => {
    const before = tf.memory().numTensors;
    generate(model, prompts, { ...sampled, batchSize: 2, stopTokens: [1, 2] });
    expect(tf.memory().numTensors).toBe(before);
  });
});

it.each([
  [{ temperature: -1 }, "TW_E_GENERATION_OPTIONS"],
  [{ topP: 0 }, "TW_E_GENERATION_OPTIONS"],
  [{ topK: 1.5 }, "TW_E_GENERATION_OPTIONS"],
  [{ maxNewTokens: 0 }, "TW_E_GENERATION_OPTIONS"],
  [{ top_p: 0.9 }, "TW_E_GENERATION_OPTIONS"],
  [{ maxNewTokens: 2046 }, "TW_E_CONTEXT_LENGTH"],
])("%j is refused with %s", (options, code) => {
  expect(() => generate(tinyModel(), prompts, { ...sampled, ...options })).toThrow(expect.objectContaining({ code }));
});

it("a prompt without a token, or with one outside the vocabulary, is refused", () => {
  expect(() => generate(tinyModel(), [new Int32Array(0)], sampled)).toThrow(
    expect.objectContaining({ code: "TW_E_EMPTY_STREAM" }),
  );
  expect(() => generate(tinyModel(), [Int32Array.of(1, 23)], sampled)).toThrow(
    expect.objectContaining({ code: "TW_E_TOKEN_RANGE" }),
  );
});
