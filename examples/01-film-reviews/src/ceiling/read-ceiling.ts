import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { RewardHistogram } from "./optimal-policy.ts";
import { gridRewards } from "./reward-grid.ts";

const counts = z.array(z.number().int().nonnegative()).length(gridRewards.length);
const file = z.object({
  modelDigest: z.string(),
  samplesPerPrompt: z.number().int().positive(),
  prompts: z.array(z.object({ prompt: z.string(), halves: z.tuple([counts, counts]) })).min(1),
});

export type CeilingSamples = z.infer<typeof file>;

/** What `npm run make-ceiling` kept: how the true reward of the reference's samples is distributed for each held-out prompt. */
export async function readCeilingSamples(): Promise<CeilingSamples> {
  return file.parse(JSON.parse(await readFile(new URL("../../ceiling.json", import.meta.url), "utf8")));
}

export interface Wanted {
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
  { prompts, modelDigest, flip = false }: Wanted,
): RewardHistogram[] {
  if (samples.modelDigest !== modelDigest) {
    throw new RangeError("ceiling.json is of another model than reference/: run `npm run make-ceiling`");
  }
  const known = new Map(samples.prompts.map(({ prompt, halves }) => [prompt, halves]));
  const rewards = flip ? gridRewards.map((reward) => -reward) : gridRewards;
  return prompts.map((prompt) => {
    const halves = known.get(prompt);
    if (!halves) throw new RangeError(`ceiling.json has no samples for "${prompt}": run \`npm run make-ceiling\``);
    return { rewards, counts: halves[0].map((count, index) => count + halves[1][index]!) };
  });
}
