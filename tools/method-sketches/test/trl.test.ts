import { compose, constantBeta, dpo, implicitReward, logistic, supervised, type Method } from "@tokenwise/kit";
import { difference, evaluate, givenPairs, gradientDifference, type GoldenPairs } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { aot, bco, ipo, mpo, rpo, wpo } from "../src/index.ts";
import { golden, tolerance } from "./golden.ts";

interface Case {
  readonly config: { readonly ls?: number };
  readonly loss: number;
  readonly metrics: Readonly<Record<"rewards/chosen" | "rewards/rejected", number>>;
  readonly grad_l2: number;
  readonly grad_sum_abs: number;
  readonly grad_at: readonly (readonly number[])[];
}
const file = golden<GoldenPairs, Case>("trl");
const input = file.inputs.pairs!;

const beta = constantBeta({ beta: 0.1 });
const methods: Readonly<Record<string, Method>> = {
  sigmoid: dpo(),
  "sigmoid_beta0.5": dpo({ beta: 0.5 }),
  sigmoid_norm: compose({ beta, scorer: implicitReward({ length: "mean" }), loss: logistic() }),
  ipo: ipo(),
  aot: aot({ smoothing: 0.1 }),
  aot_unpaired: aot({ smoothing: 0.1, paired: false }),
  bco_pair: bco(),
  sigmoid_wpo: { ...dpo(), emphasis: wpo() },
  sft: { beta, objectives: [], auxiliaries: [supervised()] },
  mpo: mpo(),
  rpo: rpo(),
};
const cases = file.cases.map((each) => ({ ...each, method: methods[each.name]! }));

describe("losses of TRL's trainer on given logits", () => {
  it.each(cases)("$name: loss and gradient are TRL's", ({ method, loss, grad_l2, grad_sum_abs, grad_at }) => {
    const result = evaluate(method, [givenPairs(input)]);
    expect(difference([result.loss], [loss])).toBeLessThan(tolerance.value);
    const expected = { l2: grad_l2, sumAbs: grad_sum_abs, at: grad_at };
    expect(gradientDifference(result.gradients.policy[0]!, expected, input)).toBeLessThan(tolerance.gradient);
  });

  it.each(cases.filter(({ name }) => ["sigmoid", "sigmoid_beta0.5", "bco_pair", "mpo"].includes(name)))(
    "$name: logged rewards are TRL's",
    ({ method, metrics }) => {
      const { rewards } = evaluate(method, [givenPairs(input)]);
      const mean = (side: 0 | 1) => rewards.reduce((sum, pair) => sum + pair[side]! / rewards.length, 0);
      expect(difference([mean(0), mean(1)], [metrics["rewards/chosen"], metrics["rewards/rejected"]])).toBeLessThan(
        tolerance.value,
      );
    },
  );

  it("every case of the file has a method", () => {
    expect(file.cases.map(({ name }) => name).sort()).toEqual(Object.keys(methods).sort());
  });
});
