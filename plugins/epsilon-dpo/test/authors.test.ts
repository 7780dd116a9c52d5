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
import file from "./goldens/authors.json" with { type: "json" };

/** float32 on the `cpu` backend. */
const [valueTolerance, gradientTolerance, betaTolerance] = [1e-5, 1e-4, 1e-6];
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;

interface Single {
  readonly name: string;
  readonly input: string;
  readonly options: { readonly epsilon: number; readonly beta: number; readonly labelSmoothing: number };
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly loss: number;
    readonly signal: readonly number[];
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly metrics: Readonly<Record<string, number>>;
    readonly betaAfter: number;
    readonly gradient: GoldenGradient;
  };
  readonly derived: { readonly instanceBeta: readonly number[] };
  readonly paper: { readonly betaAfter: number; readonly lossesSmoothed?: readonly number[] };
}
const singles = file.cases.filter((each) => each.name !== "trajectory_S3") as unknown as readonly Single[];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const runningBeta = (states: Moment["states"]) => ([...(states?.values() ?? [])][0] as { beta: number }).beta;
const run = ({ input, options: { epsilon, beta } }: Single, more = {}) => {
  const method = epsilonDpo({ epsilon, beta, ...more });
  const result = evaluate(method, [givenPairs(inputs[input]!)]);
  const { positive, negative } = result.signalsOf(method.beta);
  return { ...result, signal: positive!.map((value, pair) => value - negative![pair]!) };
};

describe("the authors' numbers on given logits", () => {
  it.each(singles)("$name: signals, exactly", (each) => {
    expect(run(each).signal).toEqual(each.authors_code.signal);
  });

  it.each(singles)("$name: β of each pair, losses and rewards", (each) => {
    const { losses, loss, beta, rewards } = run(each);
    const { authors_code, derived } = each;
    expect(difference(beta, derived.instanceBeta)).toBeLessThan(betaTolerance);
    expect(difference(losses, authors_code.losses)).toBeLessThan(valueTolerance);
    expect(difference([loss], [authors_code.loss])).toBeLessThan(valueTolerance);
    expect(
      difference(
        rewards.map(([chosen]) => chosen!),
        authors_code.rewardsChosen,
      ),
    ).toBeLessThan(valueTolerance);
    expect(
      difference(
        rewards.map(([, rejected]) => rejected!),
        authors_code.rewardsRejected,
      ),
    ).toBeLessThan(valueTolerance);
  });

  it.each(singles)("$name: gradients by the policy's logits", (each) => {
    const { gradients } = run(each);
    expect(gradientDifference(gradients.policy[0]!, each.authors_code.gradient, inputs[each.input]!)).toBeLessThan(
      gradientTolerance,
    );
  });

  it.each(singles)("$name: what the released trainer logs", (each) => {
    const { metrics } = run(each);
    const logged = (name: string) => mean(metrics[`epsilon-beta/${name}`]!);
    const theirs = each.authors_code.metrics;
    expect(logged("beta")).toBeCloseTo(theirs["kl/beta"]!, 7);
    expect(logged("step")).toBeCloseTo(theirs["kl/avg_steps"]!, 7);
    expect(logged("positive-steps")).toBeCloseTo(theirs["kl/p_epsilon_steps"]!, 7);
    expect(logged("negative-steps")).toBeCloseTo(theirs["kl/n_epsilon_steps"]!, 7);
  });

  it.each(singles)("$name: β after the step, as the released code and as the paper", (each) => {
    expect(runningBeta(run(each).states)).toBeCloseTo(each.authors_code.betaAfter, 14);
    expect(runningBeta(run(each, { update: "paper" }).states)).toBeCloseTo(each.paper.betaAfter, 14);
  });

  it("label smoothing, which has no effect in the released code, in its proper form", () => {
    const each = singles.find(({ name }) => name === "labelSmoothing0.2_S1")!;
    const { losses } = run(each, { labelSmoothing: 0.2 });
    expect(difference(losses, each.paper.lossesSmoothed!)).toBeLessThan(valueTolerance);
  });
});

describe("the authors' trajectory: six steps of two micro-batches, then an evaluation", () => {
  interface Step {
    readonly step: number;
    readonly betaUsed: number;
    readonly microBatches: readonly {
      readonly m: number;
      readonly loss: number;
      readonly p: number;
      readonly n: number;
    }[];
    readonly meanSignal: number;
    readonly betaAfter: number;
  }
  const { input, options, authors_code } = file.cases.find(({ name }) => name === "trajectory_S3") as unknown as {
    readonly input: string;
    readonly options: { readonly epsilon: number; readonly beta: number };
    readonly authors_code: {
      readonly steps: readonly Step[];
      readonly evaluationAfterwards: { readonly m: number; readonly loss: number; readonly betaUnchanged: number };
    };
  };
  const method = epsilonDpo({ epsilon: options.epsilon, beta: options.beta });
  const micro = (m: number) => givenPairs(inputs[input]!, [], m);
  const stateWith = (beta: number) => ({ states: new Map([[method.beta, { beta }]]) });

  it("β used and after, losses and signals of every step, β carried from step to step", () => {
    let beta = options.beta;
    for (const { step, betaUsed, microBatches, meanSignal, betaAfter } of authors_code.steps) {
      expect(Math.abs(beta / betaUsed - 1)).toBeLessThan(1e-12);
      const result = evaluate(
        method,
        microBatches.map(({ m }) => micro(m)),
        { step, ...stateWith(beta) },
      );
      const perMicro = (values: readonly number[]) =>
        microBatches.map((_, index) => mean(values.slice(4 * index, 4 * index + 4)));
      const losses = microBatches.map(({ loss }) => loss);
      expect(difference(perMicro(result.losses), losses)).toBeLessThan(valueTolerance);
      const { positive, negative } = result.signalsOf(method.beta);
      expect(perMicro(positive!)).toEqual(microBatches.map(({ p }) => p));
      expect(perMicro(negative!)).toEqual(microBatches.map(({ n }) => n));
      expect(mean(result.metrics["epsilon-beta/step"]!)).toBe(meanSignal);
      beta = runningBeta(result.states);
      expect(Math.abs(beta / betaAfter - 1)).toBeLessThan(1e-12);
    }
  });

  it("an evaluation uses β per pair from the running β", () => {
    const { m, loss, betaUnchanged } = authors_code.evaluationAfterwards;
    const result = evaluate(method, [micro(m)], { training: false, ...stateWith(betaUnchanged) });
    expect(difference([result.loss], [loss])).toBeLessThan(valueTolerance);
    expect(mean(result.metrics["epsilon-beta/beta"]!)).toBeCloseTo(betaUnchanged, 7);
  });
});
