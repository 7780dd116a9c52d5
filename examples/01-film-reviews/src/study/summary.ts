/** What a study found in one world. */
import { intervalOfMean, meanOf, pairedDifferences, type Interval } from "@tokenwise/sweep";
import { contestants } from "../contestants/contestants.ts";
import type { Contestant } from "../contestants/contestant.ts";
import type { TruthName, WorldName } from "../world/worlds.ts";
import type { Cell, CellResult } from "./cell.ts";
import { chosenStrengths, equalComputeCells, frontierCells, mainCells, proxyCells } from "./plan.ts";
import type { Store } from "./store.ts";

export interface ComparedRow {
  readonly id: string;
  readonly name: string;
  readonly kind: Contestant["kind"];
  /** Chosen in tuning. */
  readonly strength: number;
  /** Over runs: of all draws of data in all orders. */
  readonly reward: Interval;
  readonly kl: Interval;
  readonly accuracy: number;
  readonly length: number;
  readonly grammatical: number;
  /** From DPO, on the same prompts from the same data in the same order, an interval that holds for all contestants at once; DPO has none. */
  readonly difference?: Interval;
}

/** At one strength and, in a proxy, after so many steps: means over draws of data. */
export interface FrontierPoint {
  readonly id: string;
  readonly strength: number;
  readonly steps: number;
  readonly reward: Interval;
  readonly kl: Interval;
  readonly labelReward: Interval;
}

export interface WorldSummary {
  readonly world: WorldName;
  readonly runs: number;
  readonly equalSteps: readonly ComparedRow[];
  /** Those alone that are not among `equalSteps` already, and DPO; none if that was not computed. */
  readonly equalCompute: readonly (ComparedRow & { readonly steps: number })[];
  readonly frontier: readonly FrontierPoint[];
  readonly proxy: readonly FrontierPoint[];
}

const baseline = "dpo";

/** @returns undefined if the comparison is not complete. */
export function summaryOf(world: TruthName, store: Store): WorldSummary | undefined {
  const chosen = chosenStrengths(world, store.all);
  const main = complete(mainCells(world, chosen), store);
  if (!main) return undefined;
  const equal = complete(equalComputeCells(world, chosen), store);
  const withBaseline = equal && [...main.filter(({ contestant }) => contestant === baseline), ...equal];
  return {
    world,
    runs: main.filter(({ contestant }) => contestant === baseline).length,
    equalSteps: compare(main),
    equalCompute: withBaseline ? compare(withBaseline) : [],
    frontier: pointsOf(frontierCells(world), store),
    proxy: pointsOf(proxyCells(`${world}-proxy`), store),
  };
}

/** undefined if one is missing. */
function complete(cells: readonly Cell[], store: Store): readonly CellResult[] | undefined {
  const results = cells.flatMap((cell) => store.get(cell) ?? []);
  return results.length === cells.length ? results : undefined;
}

function compare(results: readonly CellResult[]): readonly (ComparedRow & { readonly steps: number })[] {
  const measured = results.map(({ contestant, trainSeed, dataSeed, promptRewards }) => {
    return { method: contestant, trainingSeed: trainSeed, dataSeed, values: promptRewards };
  });
  const found = pairedDifferences({ results: measured, baseline, seed: 0 });
  const differences = new Map(found.map(({ method, simultaneous }) => [method, simultaneous]));
  return contestants.flatMap(({ id, name, kind }) => {
    const runs = results.filter(({ contestant }) => contestant === id);
    const [first] = runs;
    if (!first) return [];
    const difference = differences.get(id);
    return {
      ...{ id, name, kind, strength: first.strength, steps: first.steps },
      reward: intervalOfMean(runs.map(({ promptRewards }) => meanOf(promptRewards))),
      kl: intervalOfMean(runs.map(({ kl }) => kl)),
      accuracy: meanOf(runs.map(({ accuracy }) => accuracy)),
      length: meanOf(runs.map(({ length }) => length)),
      grammatical: meanOf(runs.map(({ grammatical }) => grammatical)),
      ...(difference && { difference }),
    };
  });
}

/** Means over draws of data; none if one is missing. */
function pointsOf(cells: readonly Cell[], store: Store): readonly FrontierPoint[] {
  const points = new Map<string, CellResult[]>();
  for (const result of complete(cells, store) ?? []) {
    const point = `${result.contestant} ${result.strength} ${result.steps}`;
    points.set(point, [...(points.get(point) ?? []), result]);
  }
  return [...points.values()].map((results): FrontierPoint => {
    const { contestant: id, strength, steps } = results[0]!;
    return {
      ...{ id, strength, steps },
      reward: intervalOfMean(results.map(({ promptRewards }) => meanOf(promptRewards))),
      kl: intervalOfMean(results.map(({ kl }) => kl)),
      labelReward: intervalOfMean(results.map(({ labelReward }) => labelReward)),
    };
  });
}
