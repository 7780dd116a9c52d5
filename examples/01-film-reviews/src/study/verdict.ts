import type { Interval } from "@tokenwise/sweep";

export type Verdict = "better" | "worse" | "open";

/** What an interval of the difference says. */
export const verdictOf = ({ low, high }: Pick<Interval, "low" | "high">): Verdict => {
  if (low > 0) return "better";
  return high < 0 ? "worse" : "open";
};
