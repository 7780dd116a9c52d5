import { loadLanguageModel } from "@tokenwise/core";
import { modelDigest, useBackend } from "@tokenwise/model";
import { describe, expect, it } from "vitest";
import { ceilingOf, intervalOfMean, meanOf } from "@tokenwise/sweep";
import { histogramsOf, readCeilingSamples } from "../src/ceiling/read-ceiling.ts";
import { gridRewards } from "../src/ceiling/reward-grid.ts";
import { readSamples, referenceFolder } from "../src/demo/samples.ts";
import { truths, worldNamed, type TruthName } from "../src/world/worlds.ts";

const samples = await readCeilingSamples();
const prompts = samples.prompts.map(({ prompt }) => prompt);
const worlds = Object.keys(truths) as TruthName[];
const { modelDigest: digest } = samples;

describe("the kept samples of the ceiling", () => {
  it("are of the committed reference and of the prompts that the demonstration measures on, 100,000 or more", async () => {
    await useBackend("cpu");
    const reference = await loadLanguageModel(referenceFolder);
    expect(modelDigest(reference.model)).toBe(digest);
    reference.dispose();
    expect(prompts).toEqual((await readSamples("test", 128)).map(({ prompt }) => prompt));
    const counts = histogramsOf(samples, { world: "scope", prompts, modelDigest: digest }).map((histogram) =>
      histogram.counts.reduce((sum, count) => sum + count, 0),
    );
    expect(new Set(counts)).toEqual(new Set([samples.samplesPerPrompt]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100_000);
  });

  it.each(worlds)("agree with other samples of the reference in the world %s", async (world) => {
    const { reward: rewardOf } = worldNamed(world);
    const others = (await readSamples("test", 128)).map(({ prompt, completions }) =>
      meanOf(completions.map((completion) => rewardOf(prompt, completion))),
    );
    const { low, high } = intervalOfMean(others);
    const { reward } = ceilingOf(histogramsOf(samples, { world, prompts, modelDigest: digest })).at(0);
    expect(reward).toBeGreaterThan(low);
    expect(reward).toBeLessThan(high);
  });

  it.each(worlds)(
    "give the same ceiling of %s from either half, to within what is stated, as far as it is shown",
    (world) => {
      const whole = ceilingOf(histogramsOf(samples, { world, prompts, modelDigest: digest }));
      const halves = [0, 1].map((half) =>
        ceilingOf(
          samples.prompts.map(({ halves: of }) => ({ rewards: gridRewards, counts: of[world][half]! })),
          { least: 50 },
        ),
      );
      expect(whole.points.at(-1)!.effectiveSamples).toBeGreaterThanOrEqual(200);
      for (const { kl, reward, halfWidth } of whole.points.filter((_, index) => index % 16 === 3)) {
        const [first, second] = halves.map((half) => half.at(kl).reward) as [number, number];
        // Each half alone is less sure by √2, their difference by 2.
        expect(Math.abs(first - second)).toBeLessThan(2 * 1.5 * halfWidth);
        expect(Math.abs((first + second) / 2 - reward)).toBeLessThan(halfWidth);
      }
    },
  );

  it("are refused for another model or another prompt", () => {
    const world = "scope";
    expect(() => histogramsOf(samples, { world, prompts, modelDigest: "0" })).toThrow(/another model/u);
    expect(() => histogramsOf(samples, { world, prompts: ["once upon a time"], modelDigest: digest })).toThrow(
      /make-ceiling/u,
    );
  });
});
