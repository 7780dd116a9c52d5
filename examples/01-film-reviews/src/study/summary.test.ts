import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cell } from "./cell.ts";
import { chosenStrengths, equalComputeCells, frontierCells, mainCells, proxyCells } from "./plan.ts";
import { Store } from "./store.ts";
import { summaryOf } from "./summary.ts";
import { worldDocument } from "./document.ts";
import { overviewTable } from "./table.ts";
import { verdictOf } from "./verdict.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "study-"));
  store = await Store.open(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const better = "tdpo-2";

/** Made-up results: one contestant is better than all others by a tenth. */
async function add(cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    const reward = (cell.contestant === better ? 0.2 : 0.1) + 0.01 * cell.trainSeed;
    const promptRewards = [reward - 0.1, reward, reward + 0.1];
    await store.add({
      ...cell,
      ...{ promptRewards, kl: 1, labelReward: 0.3, length: 9, grammatical: 1, accuracy: 0.6 },
    });
  }
}

describe("the summary of a study", () => {
  const chosen = chosenStrengths("scope", []);

  it("is none as long as a run of the comparison is missing", async () => {
    await add(mainCells("scope", chosen).slice(1));
    expect(summaryOf("scope", store)).toBeUndefined();
    await add(mainCells("scope", chosen).slice(0, 1));
    expect(summaryOf("scope", store)).toMatchObject({ runs: 20, equalCompute: [], frontier: [], proxy: [] });
  });

  it("finds the contestant that is better, and no difference where there is none", async () => {
    await add(mainCells("scope", chosen));
    const { equalSteps } = summaryOf("scope", store)!;
    const found = equalSteps.map(({ id, difference }) => [id, difference && verdictOf(difference)]);
    expect(found.filter(([, verdict]) => verdict !== "open")).toEqual([
      ["dpo", undefined],
      [better, "better"],
    ]);
  });

  it("shows equal compute, strengths and proxies where they are complete", async () => {
    await add([
      ...mainCells("scope", chosen),
      ...equalComputeCells("scope", chosen),
      ...frontierCells("scope"),
      ...proxyCells("scope-proxy"),
    ]);
    const summary = summaryOf("scope", store)!;
    expect(summary.equalCompute.find(({ id }) => id === "tis-dpo")).toMatchObject({ steps: 12 });
    expect(summary.frontier.filter(({ id }) => id === better)).toHaveLength(4);
    expect(summary.proxy).toHaveLength(6 * 6);
    const document = worldDocument(summary);
    expect(document).toMatch(/TDPO-2 \| 1 × .* \+0\.100 \[\+0\.100, \+0\.100\] \| better/u);
    expect(document).toContain("| TDPO-2 | +0.200 (1.00) | +0.200 (1.00) | +0.200 (1.00) | +0.200 (1.00) |");
    expect(document).toContain("| +0.300 [+0.300, +0.300] | +0.100");
    expect(overviewTable([summary])).toMatch(/TDPO-2 \| \*\*\+0\.100 .*\*\* \|/u);
  });
});
