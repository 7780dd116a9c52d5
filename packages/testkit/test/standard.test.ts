/** What comes with the kit satisfies the contract. */
import { copyEvery, dpo, movingAverage, sft } from "@tokenwise/kit";
import { expect, it } from "vitest";
import { checkContract, type Subject } from "../src/index.ts";

const subjects: Readonly<Record<string, Subject>> = {
  dpo,
  sft,
  "a moving anchor": () => ({ ...dpo(), anchor: movingAverage({ keep: 0.9 }) }),
  "an anchor copied now and then": () => ({ ...dpo(), anchor: copyEvery({ steps: 2 }) }),
};

it.each(Object.entries(subjects))("the contract holds for %s", async (_, subject) => {
  const results = await checkContract(subject, { effort: "small" });
  expect(results.filter(({ holds }) => !holds).map(({ problem }) => problem)).toEqual([]);
});
