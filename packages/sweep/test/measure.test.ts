import { languageModel, loadLanguageModel, type LanguageModel } from "@tokenwise/core";
import { tf } from "@tokenwise/kit";
import { createModel, packTrees, useBackend, type CausalModel } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { histogramOf, measurePolicy, sampleHistogram, samplePrompts } from "../src/index.ts";

let folder: TinyFolder;
let reference: LanguageModel;
let policy: LanguageModel;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
  reference = await loadLanguageModel(folder.model);
  policy = languageModel(createModel(reference.model.config, { seed: 12 }), reference.tokenizer);
});
afterAll(async () => {
  policy.dispose();
  reference.dispose();
  await folder.remove();
});

const prompts = ["we saw this", "it was", "the play"];
const options = { prompts, reward: (_: string, text: string) => text.length, samplesPerPrompt: 4, maxNewTokens: 6, seed: 3 }; // prettier-ignore

/** log π(· | y<t) of each token of a response, [T][V]. */
function logProbs(model: CausalModel, prompt: Int32Array, response: Int32Array): number[][] {
  return tf.tidy(() => {
    const { hidden } = model.forward(packTrees([{ prefix: Int32Array.from([...prompt, ...response]), branches: [] }]));
    const logits = tf.matMul(hidden, model.unembedding, false, true);
    const rows = tf.logSoftmax(logits).arraySync() as number[][];
    return rows.slice(prompt.length - 1, prompt.length - 1 + response.length);
  });
}

describe("a policy that is measured", () => {
  it("has the KL that its logits and the reference's give, term by term, along its own samples", async () => {
    const { prompts: measured, kl } = await measurePolicy(policy, reference, options);
    let sum = 0;
    for (const { prompt, samples } of measured) {
      const ids = reference.tokenizer.encode(prompt);
      for (const sample of samples) {
        const [own, other] = [logProbs(policy.model, ids, sample.ids), logProbs(reference.model, ids, sample.ids)];
        const exact = own.map((row, t) => row.reduce((all, p, v) => all + Math.exp(p) * (p - other[t]![v]!), 0));
        const total = exact.reduce((all, value) => all + value, 0);
        expect(sample.kl).toBeCloseTo(total, 4);
        sum += total;
      }
    }
    expect(kl).toBeCloseTo(sum / 12, 4);
    expect(kl).toBeGreaterThan(0);
  });

  it("has means over prompts of means over samples, and lengths with the end token", async () => {
    const { prompts: measured, ...means } = await measurePolicy(policy, reference, options);
    expect(measured.map(({ prompt }) => prompt)).toEqual(prompts);
    for (const { samples, reward, length } of measured) {
      expect(samples).toHaveLength(4);
      expect(samples.map((sample) => sample.reward)).toEqual(samples.map(({ text }) => text.length));
      expect(reward).toBeCloseTo(samples.reduce((sum, { text }) => sum + text.length, 0) / 4, 12);
      expect(length).toBeCloseTo(samples.reduce((sum, { ids }) => sum + ids.length, 0) / 4, 12);
    }
    expect(means.reward).toBeCloseTo(measured.reduce((sum, { reward }) => sum + reward, 0) / 3, 12);
    const samples = measured.flatMap((prompt) => prompt.samples);
    expect(means.ended).toBe(samples.filter(({ ended }) => ended).length / 12);
    expect(samples.every(({ ids, ended }) => ended || ids.length === 6)).toBe(true);
  });

  it("draws the same samples from the same seed, and others from another", async () => {
    const texts = async (seed: number) =>
      (await measurePolicy(policy, reference, { ...options, seed })).prompts.flatMap(({ samples }) =>
        samples.map(({ text }) => text),
      );
    expect(await texts(3)).toEqual(await texts(3));
    expect(await texts(3)).not.toEqual(await texts(4));
  });

  it("is at distance 0 if it is the reference, and leaves no tensors", async () => {
    const before = tf.memory().numTensors;
    const { kl } = await measurePolicy(reference, reference, options);
    expect(kl).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has an accuracy on pairs where there are some", async () => {
    const { accuracy } = await measurePolicy(policy, reference, { ...options, pairs: tinyPairs(8) });
    expect(accuracy).toBeGreaterThanOrEqual(0);
    expect(accuracy).toBeLessThanOrEqual(1);
    expect(await measurePolicy(policy, reference, options)).not.toHaveProperty("accuracy");
  });
});

describe("a reward function", () => {
  const measured = (reward: (prompt: string, completion: string) => unknown) =>
    measurePolicy(policy, reference, { ...options, reward: reward as never });

  it.each([
    ["throws", () => { throw new Error("no connection"); }, "TW_E_REWARD_FUNCTION", /completion ".*" of the prompt "we saw this": no connection/], // prettier-ignore
    ["rejects", () => Promise.reject(new Error("late")), "TW_E_REWARD_FUNCTION", /"we saw this": late/],
    ["gives NaN", () => NaN, "TW_E_REWARD_VALUES", /gives NaN for the completion ".*" of the prompt "we saw this"/],
    ["gives infinity", () => Infinity, "TW_E_REWARD_VALUES", /Infinity/],
    ["gives a text", () => "1", "TW_E_REWARD_VALUES", /type string/],
    ["gives nothing", () => undefined, "TW_E_REWARD_VALUES", /type undefined/],
  ])("that %s is refused with prompt and completion", async (_, reward, code, message) => {
    await expect(measured(reward)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

it("measures nothing without a prompt or a sample", async () => {
  await expect(measurePolicy(policy, reference, { ...options, prompts: [] })).rejects.toThrow(/prompts is 0/);
  await expect(measurePolicy(policy, reference, { ...options, samplesPerPrompt: 0 })).rejects.toThrow(
    /samplesPerPrompt is 0/,
  );
});

describe("rewards of samples of a model", () => {
  const prompt = () => ({ text: "it was", ids: reference.tokenizer.encode("it was") });
  const sampling = { samples: 40, maxNewTokens: 6, seed: 3 };

  it("are counted, each sample once", async () => {
    const histogram = await sampleHistogram(reference, prompt(), { ...sampling, reward: options.reward });
    const [samples] = samplePrompts(reference, [prompt()], { ...sampling, samplesPerPrompt: 40 });
    expect(histogram).toEqual(histogramOf(samples!.map(({ text }) => text.length)));
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  it("are refused as those of a policy are", async () => {
    await expect(sampleHistogram(reference, prompt(), { ...sampling, reward: () => NaN })).rejects.toThrow(
      /the reward function gives NaN for .*"it was"/,
    );
  });
});
