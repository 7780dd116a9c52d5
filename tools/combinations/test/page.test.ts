import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Registry } from "@tokenwise/core";
import { conflictsOf } from "../src/conflicts.ts";
import { dataKinds } from "../src/data.ts";
import { allCombinations, coveringCombinations, pairsOf } from "../src/enumerate.ts";
import { command, pageFile, renderPage } from "../src/page.ts";
import { partsByPlace, places, registryOfAll, type Place } from "../src/parts.ts";
import { accepted, judge } from "../src/verdict.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await registryOfAll();
});

it("every part of every plugin has a place", () => {
  const placed = Object.values(partsByPlace(registry)).flat();
  const parts = registry.entries.filter(({ factory }) => factory.kind === "part");
  expect(placed.toSorted()).toEqual(parts.map(({ qualified }) => qualified).toSorted());
});

it("docs/reference/combinations.md is what the planner says", async () => {
  expect(await renderPage(registry), `it is stale: ${command}`).toBe(readFileSync(pageFile, "utf8"));
});

describe.each(dataKinds)("on %s", (kind) => {
  it("a combination is refused if and only if it holds what the page says is refused, and with a code", () => {
    const parts = partsByPlace(registry);
    const verdictOf = judge(kind, registry);
    const conflicts = conflictsOf(parts, verdictOf);
    for (const { code, reason } of conflicts) expect(`${code}: ${reason}`).toMatch(/^TW_E_[A-Z_]+: .{10}/);
    for (const combination of allCombinations(parts)) {
      const held = conflicts.filter((conflict) =>
        Object.entries(conflict.parts).every(([place, name]) => combination[place as Place] === name),
      );
      expect(accepted(verdictOf(combination)), JSON.stringify(combination)).toBe(held.length === 0);
    }
  });

  it("a reason names one of the parts that it is given for", () => {
    const nameIn = (qualified: string): string => qualified.split("/").at(-1)!;
    for (const { parts, reason } of conflictsOf(partsByPlace(registry), judge(kind, registry)))
      expect(Object.values(parts).map(nameIn).filter((name) => reason.includes(name)), reason).not.toEqual([]); // prettier-ignore
  });

  it("the covering set holds every two parts that stand together in any accepted combination", () => {
    const parts = partsByPlace(registry);
    const verdictOf = judge(kind, registry);
    const isAccepted = (combination: Parameters<typeof verdictOf>[0]): boolean => accepted(verdictOf(combination));
    const set = coveringCombinations(parts, isAccepted);
    expect(set.filter((combination) => !isAccepted(combination))).toEqual([]);
    const covered = new Set(set.flatMap((combination) => pairsOf(combination, places)));
    for (const combination of allCombinations(parts))
      if (isAccepted(combination))
        expect(pairsOf(combination, places).filter((pair) => !covered.has(pair))).toEqual([]);
  });
});
