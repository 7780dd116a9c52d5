/** Every sketch satisfies the contract. */
import { copyEvery, dpo, movingAverage, sft } from "@tokenwise/kit";
import { checkContract, type Subject } from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import * as sketches from "../src/index.ts";

const { importanceWeights, tisDpo } = sketches;
const subjects: Readonly<Record<string, Subject>> = {
  dpo,
  sft,
  importanceWeights,
  tisDpo,
  "a moving anchor": () => ({ ...dpo(), anchor: movingAverage({ keep: 0.9 }) }),
  "an anchor copied now and then": () => ({ ...dpo(), anchor: copyEvery({ steps: 2 }) }),
};

describe.each(inject("backends").filter((name) => name !== "wasm"))("the contract on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(Object.keys(subjects))("holds for %s", async (name) => {
    const results = await checkContract(subjects[name]!, { effort: "small" });
    expect(results.filter(({ holds }) => !holds).map(({ problem }) => problem)).toEqual([]);
  });
});
