import { forwardKl, logRatio, sequenceSum, tf, tokenLogProb } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  pairOrder,
  reader,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tdpo } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly input: string;
  readonly options: {
    readonly variant: "tdpo1" | "tdpo2";
    readonly beta: number;
    readonly alpha: number | null;
    readonly tokenReduction: "sum" | "mean";
  };
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly loss: number;
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly logRatioSum: readonly number[];
    readonly klSum: readonly number[];
    readonly policyLogProbSum: readonly number[];
    readonly gradient: GoldenGradient;
    readonly perToken?: Readonly<Record<"logRatio" | "forwardKl" | "policyLogProb", readonly (readonly number[])[]>>;
  };
  readonly paper: { readonly losses: readonly number[] };
}
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;
const cases = file.cases as unknown as readonly Case[];
const finite = cases.filter(({ name }) => name !== "underflow_S1");
const underflow = cases.find(({ name }) => name === "underflow_S1")!;

const methodOf = ({ variant, beta, alpha, tokenReduction: length }: Case["options"]) =>
  tdpo({ variant, beta, length, ...(alpha !== null && { alpha }) });
const run = ({ input, options }: Case) => evaluate(methodOf(options), [givenPairs(inputs[input]!)]);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantities = [
  ["logRatio", "logRatioSum", logRatio],
  ["forwardKl", "klSum", forwardKl],
  ["policyLogProb", "policyLogProbSum", tokenLogProb("policy")],
] as const;

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("the authors' numbers on given logits, on %s", (backend) => {
  const tolerance = { value: backend === "cpu" ? 1e-5 : 1e-4, gradient: 1e-4 };
  const near = (actual: readonly number[], expected: readonly number[]) =>
    expect(difference(actual, expected)).toBeLessThan(tolerance.value);
  beforeAll(() => useBackend(backend));

  it.each(finite)("$name: losses and rewards", (each) => {
    const { losses, loss, rewards } = run(each);
    const { authors_code: theirs } = each;
    near(losses, theirs.losses);
    near([loss], [theirs.loss]);
    near(losses, each.paper.losses);
    const chosen = rewards.map((pair) => pair[0]!);
    const rejected = rewards.map((pair) => pair[1]!);
    near(
      [...chosen, ...rejected].map((reward) => reward / each.options.beta + 1),
      [...theirs.rewardsChosen, ...theirs.rewardsRejected].map((reward) => reward / each.options.beta + 1),
    );
  });

  it.each(finite)("$name: gradients by the policy's logits", (each) => {
    const gradient = run(each).gradients.policy[0]!;
    expect(gradientDifference(gradient, each.authors_code.gradient, inputs[each.input]!)).toBeLessThan(
      tolerance.gradient,
    );
  });

  it.each(finite)("$name: log-ratios, divergences and log-probabilities, summed and per token", (each) => {
    const input = inputs[each.input]!;
    const { options, authors_code: theirs } = each;
    const read = reader(givenPairs(input));
    const order = pairOrder(input.pairs);
    const lengths = input.rows.map(({ response }) => response.length);
    const byRow = (values: readonly number[]) => input.rows.map((_, row) => values[order.indexOf(row)]!);
    for (const [perToken, sums, request] of quantities) {
      const summed = byRow([...(read(sequenceSum(request)) as tf.Tensor).dataSync()]);
      near(
        summed.map((value, row) => (options.tokenReduction === "mean" ? value / lengths[row]! : value)),
        theirs[sums],
      );
      const rows = theirs.perToken?.[perToken];
      const tokens = (read(request) as tf.Tensor).arraySync() as number[][];
      rows?.forEach((expected, row) => {
        near(tokens[order.indexOf(row)]!.slice(0, lengths[row]), expected);
      });
    }
  });

  it.each(finite)("$name: the divergences are logged, as means over the pairs", (each) => {
    const { metrics } = run(each);
    const { klSum } = each.authors_code;
    const pairs = klSum.length / 2;
    const [chosen, rejected] = [mean(klSum.slice(0, pairs)), mean(klSum.slice(pairs))];
    expect(mean(metrics["tdpo-score/kl-chosen"]!)).toBeCloseTo(chosen, 5);
    expect(mean(metrics["tdpo-score/kl-rejected"]!)).toBeCloseTo(rejected, 5);
    expect(mean(metrics["tdpo-score/kl-margin"]!)).toBeCloseTo(rejected - chosen, 5);
  });

  it("stays finite where probabilities of the reference underflow, and the released code gives NaN", () => {
    const input = inputs.S1!;
    const terms = input.referenceLogits.terms.map((term) => ({ ...term, amp: 900 * term.amp }));
    const given = { ...input, referenceLogits: { terms } };
    const { losses, gradients } = evaluate(methodOf(underflow.options), [givenPairs(given)]);
    near(losses, underflow.paper.losses);
    expect(gradients.policy[0]!.dataSync().every(Number.isFinite)).toBe(true);
  });
});
