/** The order in which a study is computed. */
import { truths, type TruthName, type WorldName } from "../world/worlds.ts";
import type { Cell } from "./cell.ts";
import { chosenStrengths, equalComputeCells, frontierCells, mainCells, proxyCells, tuningCells } from "./plan.ts";
import type { Store } from "./store.ts";

export interface Phase {
  readonly name: string;
  /** @param store Holds the results of all phases before it. */
  readonly cells: (store: Store) => readonly Cell[];
}

const truthNames = Object.keys(truths) as TruthName[];
const chosen = (world: WorldName, store: Store) => chosenStrengths(world, store.all);

/** Of one world: strengths are chosen first. */
const phasesOf = (world: TruthName): readonly Phase[] => [
  { name: `tuning ${world}`, cells: () => tuningCells(world) },
  { name: `methods ${world}`, cells: (store) => mainCells(world, chosen(world, store)) },
  { name: `proxy ${world}`, cells: () => proxyCells(`${world}-proxy`) },
  { name: `equal compute ${world}`, cells: (store) => equalComputeCells(world, chosen(world, store)) },
  { name: `frontier ${world}`, cells: () => frontierCells(world) },
];

export const phases: readonly Phase[] = truthNames.flatMap(phasesOf);
