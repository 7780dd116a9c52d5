import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  type GoldenGradient,
  type GoldenPairs,
  type Moment,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { epsilonDpo } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

interface Step {
  readonly step: number;
  readonly betaUsed: number;
  readonly microBatches: readonly { readonly m: number; readonly loss: number; readonly rewardsMargin: number }[];
  readonly meanSignal: number;
  readonly betaAfter: number;
}
interface Case {
  readonly options: { readonly epsilon: number; readonly beta: number };
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly signal: readonly number[];
    readonly betaAfter: number;
    readonly gradient: GoldenGradient;
    readonly steps: readonly Step[];
  };
  readonly derived: { readonly instanceBeta: readonly number[] };
}
const file = golden<GoldenPairs, Case>("epsilon-dpo");
const optionsOf = ({ epsilon, beta }: Case["options"]) => ({ epsilon, beta });

describe("ε-DPO on given logits", () => {
  it.each(casesOf(file, "single"))(
    "$name: signals exactly, β, losses and gradients are the authors'",
    ({ given, options, authors_code, derived }) => {
      const method = epsilonDpo(optionsOf(options));
      const result = evaluate(method, [givenPairs(given)]);
      expect(result.signalsOf(method.beta).step).toEqual(authors_code.signal);
      expect(difference(result.beta, derived.instanceBeta)).toBeLessThan(1e-6);
      expect(difference(result.losses, authors_code.losses)).toBeLessThan(tolerance.value);
      expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
        tolerance.gradient,
      );
      expect((result.states.get(method.beta) as { beta: number }).beta).toBeCloseTo(authors_code.betaAfter, 12);
    },
  );

  it("follows the authors' β over six steps of two micro-batches", () => {
    const [{ given, options, authors_code }] = casesOf(file, "trajectory") as [
      ReturnType<typeof casesOf<GoldenPairs, Case>>[number],
    ];
    const method = epsilonDpo(optionsOf(options));
    let states: Moment["states"];
    for (const { step, betaUsed, microBatches, betaAfter } of authors_code.steps) {
      const micro = microBatches.map(({ m }) => givenPairs(given, [], m));
      const result = evaluate(method, micro, { step, ...(states && { states }) });
      if (states) expect((states.get(method.beta) as { beta: number }).beta).toBeCloseTo(betaUsed, 12);
      const mean = microBatches.reduce((sum, { loss }) => sum + loss / microBatches.length, 0);
      expect(difference([result.loss], [mean])).toBeLessThan(tolerance.value);
      states = result.states;
      expect((states.get(method.beta) as { beta: number }).beta).toBeCloseTo(betaAfter, 12);
    }
  });
});
