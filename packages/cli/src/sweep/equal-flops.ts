import { stepsForFlops } from "@tokenwise/sweep";
import { withSteps, type Run } from "./cells.ts";
import { chosenRuns, type Summary } from "./summarize.ts";
import { resultsOf, totalFlops, type Ended } from "./worth.ts";

/**
 * For each method the runs of its chosen point, with the steps that compute as much as the baseline's run of the same seed and file: the run
 * itself where they are its own, none where what comes before the first step is too much.
 */
export function runsAtEqualFlops(ended: readonly Ended[], summary: Summary): ReadonlyMap<string, readonly Run[]> {
  const chosen = chosenRuns(ended, summary);
  const baseline = chosen.get(summary.baseline) ?? [];
  if (baseline.length === 0) return new Map();
  return new Map(
    [...chosen].map(([name, own]) => {
      const runs = own.map(({ run }, index) => {
        const budget = totalFlops(resultsOf(baseline)[index]!);
        const result = resultsOf(own)[index]!;
        const wanted = stepsForFlops(budget - result.flops.annotation, result.cost);
        return wanted === result.steps ? run : { ...withSteps(run, wanted), steps: wanted };
      });
      return [name, runs.some(({ steps }) => steps === 0) ? [] : runs];
    }),
  );
}
