/** Reference log-probs in a file, keyed by content: a run that is resumed or repeated does not compute them again. */
import { createHash } from "node:crypto";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PreferenceExample } from "@tokenwise/data";
import { tf } from "@tokenwise/kit";
import { modelDigest, type CausalModel } from "@tokenwise/model";
import { readTensors, writeTensors } from "../tensor-file.ts";
import { referenceLogProbs, type ReferenceLogProbs, type ReferenceOptions } from "./log-probs.ts";

export interface CacheOptions extends ReferenceOptions {
  /** Where the cache lies; without it nothing is kept. */
  readonly folder: string | undefined;
  /** The backend that computes: another one rounds differently. */
  readonly backend: string;
}

/** `referenceLogProbs`, with what an earlier run with this model and backend computed. */
export async function cachedReference(
  model: CausalModel,
  examples: readonly PreferenceExample[],
  { folder, backend, ...options }: CacheOptions,
): Promise<ReferenceLogProbs> {
  if (folder === undefined) return referenceLogProbs(model, examples, options);
  const key = createHash("sha256").update(modelDigest(model)).update(backend).digest("hex").slice(0, 16);
  const file = join(folder, `reference-${key}.safetensors`);
  const known = await readEntries(file);
  const logProbs = await referenceLogProbs(model, examples, { ...options, known });
  if (logProbs.entries.size > known.size) await writeEntries(folder, file, logProbs.entries);
  return logProbs;
}

async function readEntries(file: string): Promise<ReadonlyMap<string, Float32Array>> {
  if (!(await stat(file).catch(() => undefined))) return new Map();
  const tensors = await readTensors(file);
  const entries = new Map([...tensors].map(([key, tensor]) => [key, tensor.dataSync() as Float32Array]));
  tf.dispose([...tensors.values()]);
  return entries;
}

async function writeEntries(folder: string, file: string, entries: ReadonlyMap<string, Float32Array>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = new Map([...entries].map(([key, values]) => [key, tf.tensor1d(values)]));
  const aside = `${file}.partial`; // of one name, so that none stays from a process that was killed
  await writeTensors(aside, tensors);
  await rename(aside, file);
  tf.dispose([...tensors.values()]);
}
