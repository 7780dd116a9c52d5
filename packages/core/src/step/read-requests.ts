import type { PreferenceExample } from "@tokenwise/data";
import { tf, type Needs, type PerToken } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { planRequests } from "../plan/plan.ts";
import { declared } from "../plan/requests.ts";
import { assemble, candidatesOf } from "./assemble.ts";
import { microBatches } from "./micro-batches.ts";
import { computeQuantities, valueOf } from "./quantities.ts";
import type { Runtime } from "./runtime.ts";

export interface ReadRequestOptions<N extends Needs> {
  readonly policy: CausalModel;
  /** Needed if a request reads the reference. */
  readonly reference?: CausalModel;
  readonly examples: readonly PreferenceExample[];
  /** Requests with axes B,T or P,G. */
  readonly needs: N;
  readonly microBatchTokens?: number;
  readonly vocabularyRows?: number | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Serves requests outside training: for every candidate of every example (row = example·G + candidate), one value per
 * response token, or a single one.
 *
 * @example const { kl } = await readRequests({ policy, reference, examples, needs: { kl: sequenceSum(reverseKl) } });
 */
export async function readRequests<N extends Needs>({
  policy,
  reference,
  examples,
  needs,
  microBatchTokens = 4096,
  vocabularyRows,
  onProgress,
}: ReadRequestOptions<N>): Promise<{ readonly [K in keyof N]: readonly Float32Array[] }> {
  const runtime: Runtime = {
    plan: planRequests(declared(needs), examples[0]?.candidates.length ?? 0),
    policy,
    reference,
    referenceLogProbs: undefined,
    states: new Map(),
    parameters: new Map(),
    seed: 0,
    recompute: false,
    vocabularyRows,
  };
  const results = new Map(Object.keys(needs).map((name) => [name, [] as Float32Array[]]));
  let done = 0;
  for (const batch of microBatches(examples, microBatchTokens)) {
    await new Promise((resolve) => setImmediate(resolve));
    tf.tidy(() => {
      const quantities = computeQuantities(runtime, assemble(batch));
      for (const [name, rows] of results) rows.push(...rowsOf(valueOf(needs[name], quantities) as PerToken, batch));
    });
    done += batch.length;
    onProgress?.(done, examples.length);
  }
  return Object.fromEntries(results) as { [K in keyof N]: Float32Array[] };
}

/** [B, T] cut to the responses, or [P, G] as single values. */
function rowsOf(values: tf.Tensor, batch: readonly PreferenceExample[]): Float32Array[] {
  const data = values.dataSync<"float32">();
  const candidates = candidatesOf(batch);
  const width = data.length / candidates.length;
  const perCandidate = values.shape[0] === batch.length && values.shape[1] === candidates.length / batch.length;
  return candidates.map((candidate, row) => {
    const length = perCandidate ? 1 : (candidate?.ids.length ?? 0);
    return data.slice(row * width, row * width + (candidate ? length : 0));
  });
}
