/** Log-probabilities of a fixed reference, computed once and kept outside the backend's memory. */
import { createHash } from "node:crypto";
import type { PreferenceExample } from "@tokenwise/data";
import { constantBeta, requestKey, tf, tokenLogProb, type PerToken } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { planMethod } from "../plan/plan.ts";
import { supervised } from "@tokenwise/kit";
import { assemble, candidatesOf } from "../step/assemble.ts";
import { microBatches } from "../step/micro-batches.ts";
import { computeQuantities } from "../step/quantities.ts";
import type { Runtime } from "../step/runtime.ts";

export interface ReferenceLogProbs {
  /** log π_ref per response token of these examples, right-padded with 0 to `width`: [B, T]. */
  tensor(examples: readonly PreferenceExample[], width: number): PerToken;
  /** By content key, for the cache file. */
  readonly entries: ReadonlyMap<string, Float32Array>;
}

export interface ReferenceOptions {
  readonly microBatchTokens: number;
  readonly vocabularyRows?: number | undefined;
  /** Values that are known already, by content key. */
  readonly known?: ReadonlyMap<string, Float32Array>;
  onProgress?(done: number, total: number): void;
}

/** Runs the reference over the examples that are not known yet. */
export async function referenceLogProbs(
  model: CausalModel,
  examples: readonly PreferenceExample[],
  { microBatchTokens, vocabularyRows, known = new Map(), onProgress }: ReferenceOptions,
): Promise<ReferenceLogProbs> {
  const entries = new Map(known);
  const keys = new Map(examples.map((example) => [example, contentKeys(example)]));
  const keysOf = (example: PreferenceExample) => keys.get(example) ?? contentKeys(example);
  const missing = examples.filter((example) => keysOf(example).some((key) => key !== null && !entries.has(key)));
  const runtime = scoringRuntime(model, examples, vocabularyRows);
  let done = 0;
  for (const batch of microBatches(missing, microBatchTokens)) {
    await new Promise((resolve) => setImmediate(resolve));
    tf.tidy(() => {
      const micro = assemble(batch);
      const values = computeQuantities(runtime, micro).get(policyLogProb) as PerToken;
      const [data, width] = [values.dataSync(), values.shape[1] as number];
      const rows = batch.flatMap(keysOf);
      candidatesOf(batch).forEach((candidate, row) => {
        const key = rows[row];
        if (candidate && key)
          entries.set(key, Float32Array.from(data.subarray(row * width, row * width + candidate.ids.length)));
      });
    });
    done += batch.length;
    onProgress?.(done, missing.length);
  }
  return {
    entries,
    tensor(wanted, width) {
      const flat = new Float32Array(candidatesOf(wanted).length * width);
      wanted.flatMap(keysOf).forEach((key, row) => {
        if (key !== null) flat.set(entries.get(key) as Float32Array, row * width);
      });
      return tf.tensor2d(flat, [flat.length / width, width]);
    },
  };
}

const policyLogProb = requestKey(tokenLogProb("policy"));

/** A runtime that serves nothing but the model's token log-probs. */
function scoringRuntime(
  model: CausalModel,
  examples: readonly PreferenceExample[],
  vocabularyRows: number | undefined,
): Runtime {
  const features = {
    size: examples.length,
    groupSize: examples[0]?.candidates.length ?? 0,
    pairs: false,
    rewards: false,
    columns: new Set<string>(),
  };
  const plan = planMethod({ beta: constantBeta(), objectives: [], auxiliaries: [supervised()] }, features);
  return {
    plan,
    policy: model,
    reference: undefined,
    referenceLogProbs: undefined,
    states: new Map(),
    parameters: new Map(),
    seed: 0,
    recompute: false,
    vocabularyRows,
  };
}

/** One key per candidate: a digest of the prompt's and the response's tokens; null where a candidate is missing. */
function contentKeys({ prompt, candidates }: PreferenceExample): readonly (string | null)[] {
  return candidates.map((candidate) => {
    if (!candidate) return null;
    const digest = createHash("sha256");
    digest.update(Int32Array.of(prompt.length)).update(prompt).update(candidate.ids);
    return digest.digest("hex");
  });
}
