import { logRatio, margin, sequenceSum, tf, type Observed, type PerCandidate, type PerPrompt } from "@tokenwise/kit";

/** Moving averages of the implicit-reward gap of pairs, in nats times β₀. */
export type GapState = Readonly<Record<"mean" | "deviation", number>>;

/** What the parts of β-DPO declare: they read every gap of the step. */
export const everyGap = {
  needs: { ratio: sequenceSum(logRatio) },
  requires: { group: "pair" },
  coupling: "batch",
} as const;

/** A state that keeps the moving averages of the gaps. */
export const movingGap = ({ momentum }: { readonly momentum: number }) =>
  ({
    state: {
      signals: ["gap"],
      init: (): GapState => ({ mean: 0, deviation: 1 }),
      update: ({ mean, deviation }: GapState, { signal: { gap } }: Observed<"gap">): GapState => ({
        mean: momentum * mean + (1 - momentum) * gap.mean,
        deviation: momentum * deviation + (1 - momentum) * gap.standardDeviation,
      }),
    },
  }) as const;

export const gapOf = (ratio: PerCandidate, beta: number): PerPrompt => tf.mul(beta, margin(ratio));
