import { pairedDifferences, type Interval } from "@tokenwise/sweep";
import type { Ended } from "./worth.ts";

/** Of the reward from the baseline's, on the second half of the prompts. */
export interface Difference {
  /** All of these intervals hold together at 95 %. */
  readonly simultaneous: Interval;
  readonly interval: Interval;
  readonly adjustedP: number;
}

/**
 * By method, of runs none of which failed; none without the baseline.
 *
 * @param half  prompts that choose.
 */
export function differencesOf(
  runs: ReadonlyMap<string, readonly Ended[]>,
  { baseline, seed, half }: { readonly baseline: string; readonly seed: number; readonly half: number },
): ReadonlyMap<string, Difference> {
  if (!runs.has(baseline)) return new Map();
  const results = [...runs].flatMap(([method, ended]) =>
    ended.flatMap(({ run, outcome }) => {
      if (outcome.state !== "done") return [];
      const values = outcome.result.prompts.slice(half).map(({ reward }) => reward);
      return [{ method, trainingSeed: run.seed, dataSeed: run.data, values }];
    }),
  );
  const found = pairedDifferences({ results, baseline, seed });
  return new Map(
    found.map(({ method, simultaneous, interval, adjustedP }) => [method, { simultaneous, interval, adjustedP }]),
  );
}
