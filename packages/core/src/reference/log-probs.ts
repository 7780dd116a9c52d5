/** Log-probabilities of a fixed reference, computed once and kept outside the backend's memory. */
import { createHash } from "node:crypto";
import type { PreferenceExample } from "@tokenwise/data";
import { tf, tokenLogProb, type PerToken } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { candidatesOf } from "../step/assemble.ts";
import { readRequests } from "../step/read-requests.ts";

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
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs the reference over the examples that are not known yet. */
export async function referenceLogProbs(
  model: CausalModel,
  examples: readonly PreferenceExample[],
  { known = new Map(), ...options }: ReferenceOptions,
): Promise<ReferenceLogProbs> {
  const entries = new Map(known);
  const keys = new Map(examples.map((example) => [example, contentKeys(example)]));
  const keysOf = (example: PreferenceExample) => keys.get(example) ?? contentKeys(example);
  const missing = examples.filter((example) => keysOf(example).some((key) => key !== null && !entries.has(key)));
  if (missing.length > 0) options.onProgress?.(0, missing.length);
  const { logProbs } = await readRequests({
    ...options,
    policy: model,
    examples: missing,
    needs: { logProbs: tokenLogProb("policy") },
  });
  missing.flatMap(keysOf).forEach((key, row) => {
    if (key !== null) entries.set(key, logProbs[row]!);
  });
  return {
    entries,
    tensor(wanted, width) {
      const flat = new Float32Array(candidatesOf(wanted).length * width);
      wanted.flatMap(keysOf).forEach((key, row) => {
        if (key !== null) flat.set(entries.get(key)!, row * width);
      });
      return tf.tensor2d(flat, [flat.length / width, width]);
    },
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
