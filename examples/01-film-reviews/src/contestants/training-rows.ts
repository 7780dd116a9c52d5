/** The rows that contestants are trained on, as tokens. */
import { groupOfOne, type PreferenceExample } from "@tokenwise/core";
import { completionsFrom, preferencesFrom, type Tokenizer } from "@tokenwise/data";
import type { Pair } from "../demo/pairs.ts";
import type { Samples } from "../world/evaluate.ts";
import { truthOf, truths, type World } from "../world/worlds.ts";
import type { Rows, Weights } from "./contestant.ts";
import { asWeights, wordInfluences } from "./oracle-weights.ts";

export interface Material {
  readonly pairs: readonly Pair[];
  readonly samples: readonly Samples[];
  readonly world: World;
  readonly tokenizer: Tokenizer;
}

type Examples = readonly PreferenceExample[];

export function examplesOf(rows: Rows, { pairs, samples, world, tokenizer }: Material): Examples {
  switch (rows) {
    case "chosen":
    case "rejected":
      return completionsFrom(pairs, { tokenizer, columns: { completion: rows } }).examples.map(groupOfOne);
    case "pairs":
      return preferencesFrom(pairs, { tokenizer }).examples;
    case "flipped":
      return preferencesFrom(pairs, { tokenizer, swap: true }).examples;
    case "groups":
    case "prompts":
      return preferencesFrom(samples.flatMap(asGroup(world, samples)), { tokenizer }).examples;
  }
}

/** All samples of a prompt with the reward that labels are drawn from. One that is cut off is missing; samples that are all the same say nothing. */
function asGroup({ labelReward }: World, all: readonly Samples[]) {
  const size = Math.max(...all.map(({ completions }) => completions.length));
  return ({ prompt, completions }: Samples) => {
    if (new Set(completions).size < 2) return [];
    const missing = Array<null>(size - completions.length).fill(null);
    const candidates = [...completions.map((completion) => ` ${completion}`), ...missing];
    const rewards = [...completions.map((completion) => labelReward(prompt, completion)), ...missing];
    return [{ prompt, candidates, rewards }];
  };
}

/** Pairs with the column `weights`, from what is true of each word. */
export function withOracle({ from }: Weights, { pairs, world, tokenizer }: Material): Examples {
  const truth = truths[truthOf(world)];
  const signed = from === "signed-oracle";
  const weightsOf = (prompt: string, response: string, sign: number) =>
    asWeights(
      wordInfluences(prompt, response, truth).map((value) => (signed ? Math.max(0, sign * value) : Math.abs(value))),
    );
  const good = world.turned ? -1 : 1;
  const rows = pairs.map((pair) => ({
    ...pair,
    chosenWeights: weightsOf(pair.prompt, pair.chosen, good),
    rejectedWeights: weightsOf(pair.prompt, pair.rejected, -good),
  }));
  const columns = { values: { weights: ["chosenWeights", "rejectedWeights"] } } as const;
  return preferencesFrom(rows, { tokenizer, columns }).examples;
}
