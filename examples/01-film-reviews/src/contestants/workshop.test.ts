import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { worldNamed } from "../world/worlds.ts";
import { contestantNamed } from "./contestants.ts";
import { trainContestant, Workshop } from "./workshop.ts";

const options = {
  ...{ world: worldNamed("additive"), dataSeed: 0, trainSeed: 0 },
  ...{ steps: 2, batchSize: 4, trainPrompts: 6 },
} as const;
const losses = async (changed: object, id = "dpo") => {
  const { model, history } = await trainContestant(contestantNamed(id), { ...options, ...changed });
  model.dispose();
  return history.map(({ metrics }) => metrics.loss);
};

beforeAll(async () => {
  await useBackend(inject("engine"));
});

describe("a contestant", () => {
  it("is the same again by the same seeds, and another by another seed of data or training", async () => {
    const first = await losses({});
    expect(await losses({})).toEqual(first);
    expect(await losses({ trainSeed: 1 })).not.toEqual(first);
    expect(await losses({ dataSeed: 1 })).not.toEqual(first);
    expect(await losses({ beta: 0.5 })).not.toEqual(first);
  });

  it("is trained with the models of others, which a workshop trains once", async () => {
    const workshop = await Workshop.open(options);
    const tis = contestantNamed("tis-dpo");
    expect(workshop.missing(tis).map(({ id }) => id)).toEqual(["sft-chosen", "sft-rejected"]);
    const before = await workshop.train(contestantNamed("sft-chosen"));
    expect(workshop.missing(tis).map(({ id }) => id)).toEqual(["sft-rejected"]);
    await workshop.train(tis);
    expect(workshop.missing(tis)).toEqual([]);
    expect(await workshop.train(contestantNamed("sft-chosen"))).toBe(before);
    await workshop.dispose();
  });

  it("has other prompts and other labels by another data seed", async () => {
    const [one, other] = [await Workshop.open(options), await Workshop.open({ ...options, dataSeed: 1 })];
    expect(new Set(one.pairs.map(({ prompt }) => prompt)).size).toBe(6);
    expect(one.pairs.map(({ prompt }) => prompt)).not.toEqual(other.pairs.map(({ prompt }) => prompt));
    await one.dispose();
    await other.dispose();
  });
});
