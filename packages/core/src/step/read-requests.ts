import type { PreferenceExample } from "@tokenwise/data";
import { tf, TokenwiseError, type Needs, type PerToken } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { planRequests, type Plan } from "../plan/plan.ts";
import { declared } from "../plan/requests.ts";
import { assemble, candidatesOf, streamLength } from "./assemble.ts";
import { isPerPromptToken } from "./attention-values.ts";
import { microBatches } from "./micro-batches.ts";
import { constantQuantities, valueOf } from "./quantities.ts";

export interface ReadRequestOptions<N extends Needs> {
  /** The models that requests read, by role. */
  readonly policy?: CausalModel;
  readonly reference?: CausalModel;
  readonly models?: Readonly<Record<string, CausalModel>>;
  readonly examples: readonly PreferenceExample[];
  /** Requests with axes B,T or P,G, or `attention`. */
  readonly needs: N;
  readonly microBatchTokens?: number;
  readonly vocabularyRows?: number | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Serves requests outside training: for every candidate of every example (row = example·G + candidate), one value per
 * response token, or a single one; of `attention` one per token of its prompt.
 *
 * @throws TW_E_UNKNOWN_MODEL  if a request reads a model that is not given.
 * @example const { kl } = await readRequests({ policy, reference, examples, needs: { kl: sequenceSum(reverseKl) } });
 */
export async function readRequests<N extends Needs>({
  policy,
  reference,
  models,
  examples,
  needs,
  microBatchTokens = 4096,
  vocabularyRows,
  onProgress,
}: ReadRequestOptions<N>): Promise<{ readonly [K in keyof N]: readonly Float32Array[] }> {
  const plan = planRequests(declared(needs), examples[0]?.candidates.length ?? 0);
  const roles = rolesOf(plan, { ...models, ...(policy && { policy }), ...(reference && { reference }) });
  const computing = { plan, recompute: false, vocabularyRows, referenceLogProbs: undefined };
  const results = new Map(Object.keys(needs).map((name) => [name, [] as Float32Array[]]));
  let done = 0;
  for (const batch of microBatches(examples, microBatchTokens, streamLength)) {
    await new Promise((resolve) => setImmediate(resolve));
    tf.tidy(() => {
      const quantities = constantQuantities(computing, roles, assemble(batch));
      for (const [name, rows] of results) {
        const cut = isPerPromptToken(needs[name]) ? promptsOf : rowsOf;
        rows.push(...cut(valueOf(needs[name], quantities) as PerToken, batch));
      }
    });
    done += batch.length;
    onProgress?.(done, examples.length);
  }
  return Object.fromEntries(results) as { [K in keyof N]: Float32Array[] };
}

/** The models that the requests read, and no others. */
function rolesOf({ requests }: Plan, models: Readonly<Record<string, CausalModel>>): Record<string, CausalModel> {
  const read = new Set([...requests.values()].flatMap((request) => request.models));
  return Object.fromEntries(
    [...read].map((role) => {
      const model = models[role];
      if (model) return [role, model];
      throw new TokenwiseError("TW_E_UNKNOWN_MODEL", `a request reads the model "${role}", which is not given`, {
        hint: `given: ${Object.keys(models).join(", ") || "none"}`,
      });
    }),
  );
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

/** [P, S] cut to the prompts, for each of a prompt's candidates. */
function promptsOf(values: tf.Tensor, batch: readonly PreferenceExample[]): Float32Array[] {
  const data = values.dataSync<"float32">();
  const width = data.length / batch.length;
  return batch.flatMap(({ prompt, candidates }, row) =>
    candidates.map(() => data.slice(row * width, row * width + prompt.length)),
  );
}
