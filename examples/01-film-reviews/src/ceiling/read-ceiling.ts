import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { RewardHistogram } from "@tokenwise/sweep";
import type { TruthName } from "../world/worlds.ts";
import { gridRewards } from "./reward-grid.ts";

const counts = z.array(z.number().int().nonnegative()).length(gridRewards.length);
const halves = z.tuple([counts, counts]);
const file = z.object({
  modelDigest: z.string(),
  samplesPerPrompt: z.number().int().positive(),
  prompts: z
    .array(z.object({ prompt: z.string(), halves: z.object({ scope: halves, additive: halves, delayed: halves }) }))
    .min(1),
});

export type CeilingSamples = z.infer<typeof file>;

/** What `npm run make-ceiling` kept: how the true rewards of the reference's samples are distributed for each held-out prompt in each world. */
export async function readCeilingSamples(): Promise<CeilingSamples> {
  return file.parse(JSON.parse(await readFile(new URL("../../ceiling.json", import.meta.url), "utf8")));
}

export interface Wanted {
  readonly world: TruthName;
  readonly prompts: readonly string[];
  readonly modelDigest: string;
  /** Turns the sign of the rewards. Default false. */
  readonly flip?: boolean;
}

/**
 * The histograms of these prompts.
 * @throws RangeError if the samples are of another model or other prompts.
 */
export function histogramsOf(
  samples: CeilingSamples,
  { world, prompts, modelDigest, flip = false }: Wanted,
): RewardHistogram[] {
  if (samples.modelDigest !== modelDigest) {
    throw new RangeError("ceiling.json is of another model than reference/: run `npm run make-ceiling`");
  }
  const known = new Map(samples.prompts.map(({ prompt, halves: of }) => [prompt, of[world]]));
  const rewards = flip ? gridRewards.map((reward) => -reward) : gridRewards;
  return prompts.map((prompt) => {
    const found = known.get(prompt);
    if (!found) throw new RangeError(`ceiling.json has no samples for "${prompt}": run \`npm run make-ceiling\``);
    return { rewards, counts: found[0].map((count, index) => count + found[1][index]!) };
  });
}
