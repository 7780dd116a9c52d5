import { describe, expect, it } from "vitest";
import { contestantNamed, contestants } from "../contestants/contestants.ts";
import { keyOf, type CellResult } from "./cell.ts";
import {
  chosenStrengths,
  equalComputeCells,
  frontierCells,
  mainCells,
  proxyCells,
  stepsOfEqualCompute,
  strengths,
  studySteps,
  tuningCells,
} from "./plan.ts";

const result = (strength: number, reward: number): CellResult => ({
  ...tuningCells("scope").find((cell) => cell.contestant === "dpo" && cell.strength === strength)!,
  ...{ promptRewards: [reward, reward], kl: 1, labelReward: 0, length: 1, grammatical: 1, accuracy: 0.5 },
});

describe("the plan of a study", () => {
  it("gives every contestant the same number of trials", () => {
    const trials = tuningCells("scope");
    for (const { id } of contestants)
      expect(trials.filter(({ contestant }) => contestant === id)).toHaveLength(strengths.length);
  });

  it("takes the strength with the largest true reward on validation prompts, and the contestant's own without trials", () => {
    const chosen = chosenStrengths("scope", [result(0.5, 0.2), result(1, 0.3), result(2, 0.1)]);
    expect(chosen.get("dpo")).toBe(1);
    expect(chosen.get("ipo")).toBe(1);
    expect(chosenStrengths("scope", [result(0.5, 0.4), result(1, 0.3)]).get("dpo")).toBe(0.5);
    expect(chosenStrengths("delayed", [result(0.5, 0.4)]).get("dpo")).toBe(1);
  });

  it("crosses four draws of data with five orders, and names no cell twice", () => {
    const chosen = chosenStrengths("scope", []);
    const main = mainCells("scope", chosen);
    expect(main).toHaveLength(20 * contestants.length);
    const all = [...tuningCells("scope"), ...main, ...equalComputeCells("scope", chosen), ...proxyCells("scope-proxy")];
    expect(new Set(all.map(keyOf)).size).toBe(all.length);
  });

  it("shares the cells of the frontier that the comparison has anyway", () => {
    const main = new Set(mainCells("scope", chosenStrengths("scope", [])).map(keyOf));
    const shared = frontierCells("scope").filter((cell) => main.has(keyOf(cell)));
    expect(shared).toHaveLength(3 * contestants.filter(({ kind }) => kind === "method").length);
  });

  it("gives a contestant fewer steps for what it and the models that it takes cost beyond DPO", () => {
    expect(stepsOfEqualCompute(contestantNamed("dpo"))).toBe(studySteps);
    // 3 passes in 72 steps of 32 pairs and 1 over 2,304 pairs; against it 3 + 2 · 1.5 passes in a step and 3 over the pairs.
    expect(stepsOfEqualCompute(contestantNamed("tis-dpo"))).toBe(12);
    expect(stepsOfEqualCompute(contestantNamed("sft-chosen"))).toBe(192);
  });
});
