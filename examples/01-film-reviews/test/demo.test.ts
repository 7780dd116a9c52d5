import { describe, expect, it } from "vitest";
import { parseArguments } from "../src/demo/arguments.ts";
import { labelledPairs } from "../src/demo/pairs.ts";
import { contestants, runDemo } from "../src/demo/run-demo.ts";
import { readSamples } from "../src/demo/samples.ts";
import { renderTable } from "../src/demo/table.ts";
import { score } from "../src/world/semantics.ts";

const dpoAlone = contestants.filter(({ name }) => name === "DPO");
const small = {
  seed: 0,
  backend: "wasm",
  steps: 32,
  trainPrompts: 256,
  testPrompts: 96,
  samplesPerPrompt: 3,
  contestants: dpoAlone,
} as const;

describe("the demonstration, on wasm", () => {
  it("raises the true reward above the reference's interval; with the reward's sign turned, lowers it below", async () => {
    const [plain, flipped] = [await runDemo({ ...small, flip: false }), await runDemo({ ...small, flip: true })];
    const [reference, up] = plain.rows as [(typeof plain.rows)[number], (typeof plain.rows)[number]];
    const down = flipped.rows[1]!;
    expect(flipped.rows[0]!.reward).toEqual(reference.reward);
    expect(up.reward.mean).toBeGreaterThan(reference.reward.mean + 0.05);
    expect(down.reward.mean).toBeLessThan(reference.reward.mean - 0.05);
    expect(reference.kl).toBeCloseTo(0, 4);
    for (const { kl, accuracy } of [up, down]) {
      expect(kl).toBeGreaterThan(0.05);
      expect(accuracy).toBeGreaterThan(0.53);
    }
    expect(renderTable(plain.rows).split("\n")).toHaveLength(3);
  }, 240_000);

  it("train and test prompts are disjoint, and labels agree with the true reward more often than not", async () => {
    const [train, test] = [await readSamples("train"), await readSamples("test")];
    const seen = new Set(train.map(({ prompt }) => prompt));
    expect(test.filter(({ prompt }) => seen.has(prompt))).toEqual([]);
    const pairs = labelledPairs(train.slice(0, 200), { seed: 0, temperature: 0.1 });
    const rewardOf = (prompt: string, response: string) => score(`${prompt}${response}`).reward;
    const right = pairs.filter(({ prompt, chosen, rejected }) => rewardOf(prompt, chosen) > rewardOf(prompt, rejected));
    expect(right.length / pairs.length).toBeGreaterThan(0.8);
  });

  it("refuses unknown options and impossible values", () => {
    expect(() => parseArguments(["--stepz", "3"])).toThrow(/stepz/);
    expect(() => parseArguments(["--steps", "many"])).toThrow(/steps/);
    expect(() => parseArguments(["--backend", "gpu"])).toThrow(/backend/);
    expect(parseArguments(["--flip", "--seed", "3"])).toMatchObject({ flip: true, seed: 3 });
  });
});
