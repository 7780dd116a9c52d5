import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { tdpo } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

interface Case {
  readonly options: { variant: "tdpo1" | "tdpo2"; beta: number; alpha: number | null; tokenReduction: "sum" | "mean" };
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly loss: number;
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly gradient: GoldenGradient;
  };
  readonly paper: { readonly losses: readonly number[] };
}
const file = golden<GoldenPairs, Case>("tdpo");
const methodOf = ({ variant, beta, alpha, tokenReduction }: Case["options"]) =>
  tdpo({ variant, beta, length: tokenReduction, ...(alpha !== null && { alpha }) });

describe("TDPO on given logits", () => {
  it.each(casesOf(file, "tdpo"))(
    "$name: losses, rewards and gradients are the authors'",
    ({ given, options, authors_code }) => {
      const result = evaluate(methodOf(options), [givenPairs(given)]);
      expect(difference(result.losses, authors_code.losses)).toBeLessThan(tolerance.value);
      expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
      const rewards = [authors_code.rewardsChosen, authors_code.rewardsRejected];
      expect(
        difference(
          result.rewards.flat(),
          rewards[0]!.flatMap((chosen, pair) => [chosen, rewards[1]![pair]!]),
        ),
      ).toBeLessThan(tolerance.value);
      expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
        tolerance.gradient,
      );
    },
  );

  it("stays finite where the released code underflows to NaN", () => {
    const [underflow] = casesOf({ ...file, inputs: { S1x900: file.inputs.S1! } }, "underflow");
    const [term] = underflow!.given.referenceLogits.terms;
    const given = { ...underflow!.given, referenceLogits: { terms: [{ ...term!, amp: 900 * term!.amp }] } };
    const result = evaluate(methodOf(underflow!.options), [givenPairs(given)]);
    expect(difference(result.losses, underflow!.paper.losses)).toBeLessThan(1e-4); // logits of 1,500 in float32
  });

  it("with α = 0 is DPO, which has no divergence at all", () => {
    const given = givenPairs(file.inputs.S2!);
    const result = evaluate(tdpo({ alpha: 0, beta: 0.1 }), [given]);
    const [dpo] = casesOf(file, "tdpo2_alpha0_is_dpo");
    expect(difference(result.losses, dpo!.authors_code.losses)).toBeLessThan(tolerance.value);
  });
});
