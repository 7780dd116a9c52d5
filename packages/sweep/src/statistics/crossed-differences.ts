import { nearest, TokenwiseError } from "@tokenwise/kit";
import { meanOf } from "./interval.ts";

/** What one training run was worth on every prompt. */
export interface SeededResult {
  readonly method: string;
  readonly trainingSeed: number;
  /** Which draw of the training data it was: a seed, or a file. */
  readonly dataSeed: number | string;
  /** One for each prompt, in an order that all results have. */
  readonly values: readonly number[];
}

/** Differences of one method from the baseline: [data seeds][training seeds][prompts]. */
export type Differences = readonly (readonly (readonly number[])[])[];

/** Means over prompts, [data seeds][training seeds]. */
export const cellMeans = (differences: Differences): readonly (readonly number[])[] =>
  differences.map((ofData) => ofData.map(meanOf));

/**
 * Each method's results less those of the baseline of the same seeds and prompts, by name in alphabetical order.
 *
 * @throws TW_E_NOT_PAIRED  if the baseline is not there, or a method lacks one of its runs, has another, has one twice, or has other prompts.
 */
export function differencesFrom(results: readonly SeededResult[], baseline: string): ReadonlyMap<string, Differences> {
  const methods = [...new Set(results.map(({ method }) => method))].sort();
  if (!methods.includes(baseline))
    throw unpaired(`there is no result of the baseline "${baseline}"${nearest(baseline, methods)}`);
  const prompts = results[0]!.values.length;
  const runs = new Map<string, SeededResult>();
  for (const result of results) {
    const { method, values } = result;
    const key = keyOf(method, result);
    if (runs.has(key)) throw unpaired(`${key} is given twice`);
    if (values.length !== prompts || !values.every(Number.isFinite))
      throw unpaired(`${key} has ${values.filter(Number.isFinite).length} finite values, others have ${prompts}`);
    runs.set(key, result);
  }
  const ofBaseline = results.filter(({ method }) => method === baseline);
  const others = methods.filter((method) => method !== baseline);
  for (const method of others) {
    const missing = ofBaseline.find((one) => !runs.has(keyOf(method, one)));
    if (missing) throw unpaired(`${keyOf(method, missing)} is missing, which ${baseline} has`);
    const alone = results.find((one) => one.method === method && !runs.has(keyOf(baseline, one)));
    if (alone) throw unpaired(`${keyOf(baseline, alone)} is missing, which ${method} has`);
  }
  const data = byDataSeed(ofBaseline);
  return new Map(
    others.map((method) => [
      method,
      data.map((ofData) =>
        ofData.map((one) => {
          const { values } = runs.get(keyOf(method, one))!;
          return values.map((value, prompt) => value - one.values[prompt]!);
        }),
      ),
    ]),
  );
}

const keyOf = (method: string, { trainingSeed, dataSeed }: Pick<SeededResult, "trainingSeed" | "dataSeed">): string =>
  `${method} (training seed ${trainingSeed}, data ${dataSeed})`;

/** In an order of the seeds alone. */
function byDataSeed(results: readonly SeededResult[]): readonly (readonly SeededResult[])[] {
  const names = [...new Set(results.map(({ dataSeed }) => String(dataSeed)))].sort();
  return names.map((name) =>
    results.filter(({ dataSeed }) => String(dataSeed) === name).sort((a, b) => a.trainingSeed - b.trainingSeed),
  );
}

const unpaired = (message: string): TokenwiseError =>
  new TokenwiseError("TW_E_NOT_PAIRED", message, {
    hint: "measure every method with the same training seeds, data seeds and prompts",
  });
