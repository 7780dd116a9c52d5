import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const numbers = z.array(z.number());
const advantages = z.object({ halves: z.tuple([numbers, numbers]), errors: numbers });
const review = z.object({
  prompt: z.string(),
  completion: z.string(),
  /** By world. */
  worlds: z.record(z.string(), advantages),
});
const file = z.object({
  what: z.string(),
  modelDigest: z.string(),
  sampler: z.object({ temperature: z.number(), maxNewTokens: z.number(), backend: z.string() }),
  seed: z.number(),
  rollouts: z.number().int().positive(),
  /** Two of each prompt, one after the other. */
  reviews: z.array(review).min(2),
});

export type AdvantagesFile = z.infer<typeof file>;
export type MeasuredReview = z.infer<typeof review>;

/** Beside the reference. */
export const advantagesPath = fileURLToPath(new URL("../../advantages.json", import.meta.url));

/** What `npm run make-advantages` kept. */
export async function readAdvantages(path: string, modelDigest: string): Promise<AdvantagesFile> {
  const read = file.parse(JSON.parse(await readFile(path, "utf8")));
  if (read.modelDigest !== modelDigest)
    throw new RangeError("advantages.json is of another model than reference/: run `npm run make-advantages`");
  return read;
}

/** A review a line, numbers with four decimals. */
export async function writeAdvantages(path: string, { reviews, ...head }: AdvantagesFile): Promise<void> {
  const short = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(4)) : value);
  const lines = reviews.map((row) => JSON.stringify(row, short)).join(",\n");
  const text = JSON.stringify({ ...head, reviews: [] }, null, 2).replace("[]", () => `[\n${lines}\n]`);
  await writeFile(path, `${text}\n`);
}
