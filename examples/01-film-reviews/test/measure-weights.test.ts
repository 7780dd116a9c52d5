import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { modelDigest, useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSamples, referenceFolder } from "../src/demo/samples.ts";
import { advantagesPath, readAdvantages, writeAdvantages } from "../src/weights/advantages-file.ts";
import { measureAdvantages } from "../src/weights/measure-advantages.ts";
import { measuredPairs } from "../src/weights/measured-pairs.ts";
import { measureWeights, weighters } from "../src/weights/measure-weights.ts";
import { RolloutStore } from "../src/weights/rollout-store.ts";
import { renderWeights } from "../src/weights/table.ts";
import { meanAdvantages } from "../src/weights/token-advantages.ts";
import { worldNamed } from "../src/world/worlds.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "measure-weights-"));
  await useBackend("wasm");
});
afterAll(() => rm(folder, { recursive: true }));

const measured = async (file: string, name = "rollouts.jsonl") => {
  const reference = await loadLanguageModel(referenceFolder);
  const advantages = await measureAdvantages(reference, {
    pairs: measuredPairs(await readSamples("test"), 2),
    worlds: { scope: worldNamed("scope").reward, delayed: worldNamed("delayed").reward },
    ...{ rollouts: 4, seed: 1, store: await RolloutStore.open(join(folder, name)) },
  });
  reference.dispose();
  await writeAdvantages(join(folder, file), advantages);
  return readAdvantages(join(folder, file), advantages.modelDigest);
};

describe("advantages of tokens", () => {
  it("are the same when rollouts were interrupted in the middle of a line, and when they are read again", async () => {
    const whole = await measured("advantages.json");
    const stored = await readFile(join(folder, "rollouts.jsonl"), "utf8");
    await writeFile(join(folder, "interrupted.jsonl"), stored.slice(0, stored.indexOf("\n") + 40));
    expect(await measured("again.json", "interrupted.jsonl")).toEqual(whole);
    expect(await readFile(join(folder, "interrupted.jsonl"), "utf8")).toBe(stored);
    expect(await measured("read.json")).toEqual(whole);
    for (const { worlds } of whole.reviews) {
      expect(worlds.scope!.errors).toHaveLength(worlds.delayed!.errors.length);
      expect(worlds.scope).not.toEqual(worlds.delayed);
    }
  }, 60_000);

  it("are of the model in this folder, and in all worlds few tokens have most of the worth", async () => {
    const reference = await loadLanguageModel(referenceFolder);
    const { reviews, rollouts } = await readAdvantages(advantagesPath, modelDigest(reference.model));
    reference.dispose();
    await expect(readAdvantages(advantagesPath, "another")).rejects.toThrow("make-advantages");
    expect(rollouts).toBeGreaterThanOrEqual(256);
    for (const world of ["scope", "additive", "delayed"]) {
      const sizes = reviews.flatMap(({ worlds }) => meanAdvantages(worlds[world]!)).map(Math.abs);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const largest = sizes.toSorted((a, b) => b - a).slice(0, sizes.length / 4);
      expect(largest.reduce((sum, size) => sum + size, 0) / total).toBeGreaterThan(0.5);
    }
  });
});

describe("what weights find", () => {
  it("is measured for every weighter, end to end, and the table names each", async () => {
    const { reviews } = await measured("small.json");
    const results = await measureWeights({
      ...{ advantages: join(folder, "small.json"), world: "delayed", seed: 0 },
      ...{ steps: 1, batchSize: 4, trainPrompts: 4, judgedPrompts: 4 },
    });
    expect(results.rows.map(({ name }) => name)).toEqual(weighters.map(({ name }) => name));
    expect(results.certainty.tokens).toBe(reviews.flatMap(({ worlds }) => worlds.delayed!.errors).length);
    const table = renderWeights(results);
    for (const { name } of weighters) expect(table).toContain(name);
    const rowOf = (name: string) => results.rows.find((row) => row.name === name)!;
    const [forward, backward] = [rowOf("position t").agreement.rank!, rowOf("position −t").agreement.rank!];
    expect(forward.mean).toBeCloseTo(-backward.mean, 12);
    // Four pairs say nothing about a judge.
    expect(rowOf("AttentionPO, the reference as judge").accuracy).toMatchObject({ rows: 4, meaningful: false });
    expect(table).toContain("not meaningful");
    await expect(
      measureWeights({ ...results.options, advantages: join(folder, "small.json"), world: "additive" }),
    ).rejects.toThrow("make-advantages");
  }, 180_000);
});
