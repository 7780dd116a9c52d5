/** Which cells a study has. */
import { meanOf } from "@tokenwise/sweep";
import { contestantNamed, contestants } from "../contestants/contestants.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { passesOfAll } from "../demo/budget.ts";
import type { WorldName } from "../world/worlds.ts";
import type { Cell, CellResult } from "./cell.ts";

export const studySteps = 72;
export const batchSize = 32;
export const trainPrompts = 384;
/** Of so many prompts: all pairs of four samples, but for equal ones. */
const pairs = 6 * trainPrompts;
/** Prompts that nothing is trained on: the ceiling is of the first ones. */
export const heldOut = { test: [0, 128], validation: [128, 256] } as const;
/** Of each prompt that is measured. */
export const samplesPerPrompt = 2;

/** The trials of every contestant, DPO and controls included. */
export const strengths = [0.25, 0.5, 1, 2] as const;
const seeds = { tuning: 100, data: [0, 1, 2, 3], train: [0, 1, 2, 3, 4] } as const;
/** Where methods are not compared with each other. */
const fewDraws = seeds.data.slice(0, 3);

const cells = (world: WorldName, of: Omit<Cell, "world" | "contestant">, compared = contestants): readonly Cell[] =>
  compared.map(({ id }) => ({ world, contestant: id, ...of }));

/** Every contestant at every strength, from a draw of data and an order of its own, measured on validation prompts. */
export const tuningCells = (world: WorldName): readonly Cell[] =>
  strengths.flatMap((strength) =>
    cells(world, {
      ...{ strength, dataSeed: seeds.tuning, trainSeed: seeds.tuning },
      ...{ steps: studySteps, split: "validation" },
    }),
  );

/** The strength of each contestant with the largest true reward in tuning. */
export function chosenStrengths(world: WorldName, results: readonly CellResult[]): ReadonlyMap<string, number> {
  const tuned = results.filter((result) => result.world === world && result.split === "validation");
  return new Map(
    contestants.map(({ id }) => {
      const trials = tuned.filter(({ contestant }) => contestant === id);
      const best = trials.reduce<CellResult | undefined>(
        (a, b) => (a && meanOf(a.promptRewards) >= meanOf(b.promptRewards) ? a : b),
        undefined,
      );
      return [id, best?.strength ?? 1];
    }),
  );
}

const crossed = seeds.data.flatMap((dataSeed) => seeds.train.map((trainSeed) => ({ dataSeed, trainSeed })));

/** Every contestant at its strength, from every draw of data in every order. */
export const mainCells = (world: WorldName, chosen: ReadonlyMap<string, number>): readonly Cell[] =>
  crossed.flatMap((drawn) =>
    contestants.map(({ id }): Cell => ({
      ...{ world, contestant: id, strength: chosen.get(id)!, ...drawn, steps: studySteps, split: "test" },
    })),
  );

/**
 * Steps for which a contestant, the models that it takes and its annotators included, computes as much as DPO in all of its steps, by the
 * passes that contestants declare; 0 where what comes before the first step is more than that.
 */
export function stepsOfEqualCompute(contestant: Contestant): number {
  const passes = (steps: number) => passesOfAll(contestant, { steps, batchSize, pairs });
  const dpo = passesOfAll(contestantNamed("dpo"), { steps: studySteps, batchSize, pairs });
  const before = passes(0);
  return Math.max(0, Math.floor((dpo - before) / (passes(1) - before)));
}

/** Every contestant at its strength for as much compute as DPO takes; DPO, and who costs the same, is among the main cells. */
export const equalComputeCells = (world: WorldName, chosen: ReadonlyMap<string, number>): readonly Cell[] =>
  mainCells(world, chosen)
    .map((cell) => ({ ...cell, steps: stepsOfEqualCompute(contestantNamed(cell.contestant)) }))
    .filter(({ steps }) => steps > 0 && steps !== studySteps);

/** Every method at every strength, from three draws of data in one order: reward against KL. Controls have one strength, among the main cells. */
export const frontierCells = (world: WorldName): readonly Cell[] =>
  fewDraws.flatMap((dataSeed) =>
    strengths.flatMap((strength) =>
      cells(
        world,
        { strength, dataSeed, trainSeed: 0, steps: studySteps, split: "test" },
        contestants.filter(({ kind }) => kind === "method"),
      ),
    ),
  );

const overOptimized = ["dpo", "ipo", "simpo", "epsilon-dpo", "tdpo-2", "adpo-groups"].map(contestantNamed);

/** A few methods on labels of half the truth, by more and more optimization. */
export const proxyCells = (world: WorldName): readonly Cell[] =>
  fewDraws.flatMap((dataSeed) =>
    [18, 72, 288].flatMap((steps) =>
      [0.25, 1].flatMap((strength) =>
        cells(world, { strength, dataSeed, trainSeed: 0, steps, split: "test" }, overOptimized),
      ),
    ),
  );
