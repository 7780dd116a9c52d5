import { TokenwiseError, type Observed } from "@tokenwise/kit";

export interface RunningBeta {
  readonly beta: number;
  readonly stepSize: number;
  readonly update: "code" | "paper";
  readonly minBeta?: number | undefined;
  readonly maxBeta?: number | undefined;
}

/**
 * β as state: a number in 64 bits, changed once per optimizer step by the shares of pairs with s = +1 and s = −1.
 *
 *   code:  β ← β / (1 + ε mean(s))          paper:  β ← mean(β / (1 + ε s))
 *
 * They are equal where all s are; elsewhere the paper's is larger, by about β ε² Var(s).
 *
 * @throws TW_E_OPTIONS  if the first β is outside of its bounds.
 */
export function runningBeta({ beta: first, stepSize, update, minBeta = 0, maxBeta = Infinity }: RunningBeta) {
  if (first < minBeta || first > maxBeta)
    throw new TokenwiseError("TW_E_OPTIONS", `epsilon-beta: beta ${first} is not between ${minBeta} and ${maxBeta}`, {
      hint: "widen minBeta and maxBeta, or begin between them",
    });
  return {
    signals: ["positive", "negative"] as const,
    init: (): { beta: number } => ({ beta: first }),
    update({ beta }: { readonly beta: number }, { signal }: Observed<"positive" | "negative">): { beta: number } {
      const [positive, negative] = [signal.positive.mean, signal.negative.mean];
      const next =
        update === "code"
          ? beta / (1 + stepSize * (positive - negative))
          : beta * (positive / (1 + stepSize) + negative / (1 - stepSize) + (1 - positive - negative));
      return { beta: Math.min(maxBeta, Math.max(minBeta, next)) };
    },
  };
}
