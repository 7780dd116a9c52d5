/** The columns that the tables of a sweep have in common. */
import type { Bound } from "@tokenwise/sweep";
import { number } from "../output/format.ts";
import type { Difference } from "./differences.ts";
import type { Summary } from "./summarize.ts";
import type { RunsSummary, Training } from "./worth.ts";

export interface Columns {
  readonly names: readonly string[];
  /** @param name  of the method or the control. */
  readonly of: (runs: RunsSummary, difference: Difference | undefined, name: string) => readonly string[];
  readonly ofReference: readonly string[];
}

/** Accuracies where there are held-out pairs, ceilings where samples of the reference tell them. */
export function columnsOf({ baseline, reference, methods, bounds }: Summary): Columns {
  const hasAccuracy = methods.some(({ points }) => points.some(({ test }) => test?.accuracy !== undefined));
  const ofBaseline = methods.find(({ name }) => name === baseline);
  const budget = ofBaseline?.points[ofBaseline.chosen ?? -1]?.training;
  const ceiling = (text: string): readonly string[] => (bounds ? [text] : []);
  const accuracy = (text: string): readonly string[] => (hasAccuracy ? [text] : []);
  return {
    names: ["steps", "reward", ...ceiling("ceiling"), "KL", ...accuracy("accuracy"), "FLOPs", `from ${baseline}`],
    of: ({ test, training }, difference, name) => [
      training ? number(training.steps) : "",
      test ? number(test.reward.mean) : "",
      ...ceiling(test?.ceiling ? ceilingText(test.ceiling) : ""),
      test ? number(test.kl.mean) : "",
      ...accuracy(test?.accuracy === undefined || test.kl.mean === 0 ? "" : number(test.accuracy)), // against itself
      training ? flopsText(training, budget) : "",
      differenceText(difference, name === baseline),
    ],
    ofReference: ["", number(reference.reward.mean), ...ceiling(""), "0", ...accuracy(""), "", ""],
  };
}

/** A bound that is not reached is not known to be the ceiling itself. */
const ceilingText = ({ reward, reached }: Bound): string => `${reached ? "" : "≤ "}${number(reward)}`;

/** `≥ 2.4e+9, 1.52 ×` */
function flopsText({ flops, uncounted }: Training, budget: Training | undefined): string {
  const least = uncounted.length > 0 ? "≥ " : "";
  const ratio = budget === undefined ? "" : `, ${(flops.total / budget.flops.total).toFixed(2)} ×`;
  return `${least}${number(flops.total)}${ratio}`;
}

function differenceText(difference: Difference | undefined, isBaseline: boolean): string {
  if (!difference) return isBaseline ? "" : "unknown";
  const { mean, low, high } = difference.simultaneous;
  return `${number(mean)} [${number(low)}, ${number(high)}]`;
}
