/** Trains and measures cells; what one draw of data and one order share is trained once. */
import { contestantNamed } from "../contestants/contestants.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { defaultBeta } from "../contestants/contestant.ts";
import { pairsOf, Workshop } from "../contestants/workshop.ts";
import { measure } from "../demo/measure.ts";
import { readSamples } from "../demo/samples.ts";
import { evaluate } from "../world/evaluate.ts";
import { worldNamed } from "../world/worlds.ts";
import type { Cell, CellResult } from "./cell.ts";
import { batchSize, heldOut, samplesPerPrompt, trainPrompts } from "./plan.ts";
import type { Store } from "./store.ts";

export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly cell: Cell;
}

const workshopOf = ({ world, dataSeed, trainSeed, steps }: Cell): string =>
  [world, dataSeed, trainSeed, steps].join(" ");

/**
 * Cells that the store does not hold yet, in the order given.
 *
 * @param share Of all workshops every `share.of`-th, for several processes on one study.
 */
export async function runCells(
  cells: readonly Cell[],
  store: Store,
  share: { readonly index: number; readonly of: number },
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const mine = workshops(cells).filter((_, index) => index % share.of === share.index);
  const missing = mine.map((group) => group.filter((cell) => !store.get(cell))).filter((group) => group.length > 0);
  const of = missing.flat().length;
  let done = 0;
  for (const group of missing) {
    const { world: worldName, dataSeed, trainSeed, steps } = group[0]!;
    const world = worldNamed(worldName);
    const workshop = await Workshop.open({ world, dataSeed, trainSeed, steps, batchSize, trainPrompts });
    for (const cell of group) {
      const { contestant, options } = trialOf(contestantNamed(cell.contestant), cell.strength);
      const { model } = await workshop.train(contestant, options);
      await store.add(await measured(cell, model, workshop));
      done += 1;
      onProgress({ done, of, cell });
    }
    await workshop.dispose();
  }
}

/** Cells that follow each other and differ in the contestant, or its strength, alone; of each contestant one. */
function workshops(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const group = groups.at(-1);
    const first = group?.[0];
    const continues = first && workshopOf(first) === workshopOf(cell) && first.contestant !== cell.contestant;
    if (continues) group.push(cell);
    else groups.push([cell]);
  }
  return groups;
}

/** Supervised training has no β: its trials are of the learning rate. */
function trialOf(contestant: Contestant, strength: number) {
  if (contestant.rows !== "chosen" && contestant.rows !== "rejected")
    return { contestant, options: { beta: strength * (contestant.beta ?? defaultBeta) } };
  const learningRate = strength * (contestant.learningRate ?? 1);
  return { contestant: { ...contestant, learningRate, id: `${contestant.id}×${strength}` }, options: {} };
}

async function measured(
  cell: Cell,
  model: Parameters<typeof measure>[0],
  { reference }: Workshop,
): Promise<CellResult> {
  const world = worldNamed(cell.world);
  const held = (await readSamples("test")).slice(...heldOut[cell.split]);
  const { measurement, samples } = await measure(model, reference, {
    world,
    prompts: held.map(({ prompt }) => prompt),
    pairs: pairsOf(held, { world, dataSeed: cell.dataSeed }),
    samplesPerPrompt,
    seed: cell.trainSeed,
  });
  const byLabels = evaluate(samples, { ...world, reward: world.labelReward });
  const { promptRewards, length, grammatical, accuracy } = measurement;
  return {
    ...cell,
    promptRewards: promptRewards.map(rounded),
    kl: rounded(measurement.kl.mean),
    labelReward: rounded(byLabels.reward.mean),
    ...{ length: rounded(length), grammatical: rounded(grammatical), accuracy: rounded(accuracy!) },
  };
}

const rounded = (value: number): number => Number(value.toFixed(4));
