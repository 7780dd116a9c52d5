import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CellResult } from "./cell.ts";
import { Store } from "./store.ts";

const result = (contestant: string): CellResult => ({
  ...{ world: "scope", contestant, strength: 1, dataSeed: 0, trainSeed: 0, steps: 72, split: "test" },
  ...{ promptRewards: [0.5], kl: 1, labelReward: 0.5, length: 9, grammatical: 1, accuracy: 0.5 },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "study-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the store of a study", () => {
  it("holds what several processes wrote", async () => {
    await (await Store.open(folder, "a")).add(result("dpo"));
    await (await Store.open(folder, "b")).add(result("ipo"));
    const store = await Store.open(folder);
    expect(store.get(result("dpo"))).toEqual(result("dpo"));
    expect(store.all).toHaveLength(2);
    expect(store.get({ ...result("dpo"), trainSeed: 1 })).toBeUndefined();
  });

  it("computes again what a killed process left half written, and goes on behind it", async () => {
    await (await Store.open(folder, "a")).add(result("dpo"));
    await appendFile(join(folder, "a.jsonl"), '{"world":"scope","contestant":"ipo","promptRewards":[0.1');
    const store = await Store.open(folder, "a");
    expect(store.all).toEqual([result("dpo")]);
    await store.add(result("ipo"));
    expect((await Store.open(folder)).get(result("ipo"))).toEqual(result("ipo"));
  });
});
