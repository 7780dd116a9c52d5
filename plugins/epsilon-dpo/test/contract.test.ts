/** The contract of the method and of its β, with the authors' numbers as worked examples. */
import { compose, implicitReward, logistic } from "@tokenwise/kit";
import { givenPairs as goldenPairs, pairOrder, type GoldenPairs, type WorkedExample } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { epsilonBeta, epsilonDpo } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };
import { givenPairs, growing, peaked, shrinking } from "./pairs.ts";

interface Single {
  readonly name: string;
  readonly input: string;
  readonly options: { readonly epsilon: number; readonly beta: number };
  readonly authors_code: {
    readonly loss: number;
    readonly losses: readonly number[];
    readonly signal: readonly number[];
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly betaAfter: number;
    readonly gradient: { readonly at: readonly (readonly number[])[] };
  };
  readonly derived: { readonly instanceBeta: readonly number[] };
  readonly paper: { readonly betaAfter: number; readonly lossesSmoothed?: readonly number[] };
}
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;
const singles = file.cases.filter(({ name }) => name !== "trajectory_S3") as unknown as readonly Single[];

function workedOf({ name, input, options: { epsilon, beta }, authors_code: theirs, derived, paper }: Single) {
  const table = inputs[input]!;
  const order = pairOrder(table.pairs);
  const entry = ([row = 0, position = 0, id = 0, value = 0]: readonly number[]) => ({
    row: order.indexOf(row),
    token: position - (table.rows[row]!.prompt.length - 1),
    id,
    value,
  });
  const share = (sign: number): number[] => theirs.signal.map((signal) => Number(signal === sign));
  const common = { given: () => goldenPairs(table) };
  const examples: WorkedExample[] = [
    {
      ...common,
      name: `${name}, as the released trainer`,
      options: { epsilon, beta },
      expect: {
        loss: theirs.loss,
        losses: theirs.losses,
        beta: derived.instanceBeta,
        rewards: theirs.rewardsChosen.map((chosen, pair) => [chosen, theirs.rewardsRejected[pair]!]),
        signals: { "epsilon-beta/positive": share(1), "epsilon-beta/negative": share(-1) },
        metrics: {
          "epsilon-beta/beta": theirs.signal.map(() => beta),
          "epsilon-beta/step": theirs.signal,
          "epsilon-beta/positive-steps": share(1),
          "epsilon-beta/negative-steps": share(-1),
        },
        states: { "epsilon-beta": { beta: theirs.betaAfter } },
        gradient: theirs.gradient.at.map(entry),
      },
    },
    {
      ...common,
      name: `${name}, β as the paper`,
      options: { epsilon, beta, update: "paper" },
      expect: { states: { "epsilon-beta": { beta: paper.betaAfter } } },
    },
  ];
  const { lossesSmoothed } = paper;
  if (!lossesSmoothed) return examples;
  const smoothed = { ...common, name: `${name}, smoothed`, options: { epsilon, beta, labelSmoothing: 0.2 } };
  return [...examples, { ...smoothed, expect: { losses: lossesSmoothed } }];
}

/** Pairs with s = 1, 1, −1 and 0, whose mean is ¼, from a state that is not where it began. */
const steps = [1, 1, -1, 0];
const separately: WorkedExample = {
  name: "the check by one size, the step by another, from a running β, up to a bound",
  given: () => givenPairs([growing, growing, shrinking, peaked]),
  options: { beta: 0.1, checkSize: 0.1, stepSize: 0.2, maxBeta: 0.2 },
  states: { "epsilon-beta": { beta: 0.05 } },
  expect: {
    beta: steps.map((step) => 0.05 / (1 + 0.2 * step)),
    signals: { "epsilon-beta/positive": [1, 1, 0, 0], "epsilon-beta/negative": [0, 0, 1, 0] },
    metrics: { "epsilon-beta/beta": steps.map(() => 0.05) },
    states: { "epsilon-beta": { beta: 0.05 / (1 + 0.2 / 4) } },
  },
};
const bounded = (name: string, pair: typeof growing, options: object, beta: number): WorkedExample => ({
  name,
  given: () => givenPairs([pair]),
  options: { beta: 0.1, epsilon: 0.2, ...options },
  expect: { states: { "epsilon-beta": { beta } } },
});
const same = growing.map((row) => row.map(({ reference, id }) => ({ policy: reference, reference, id })));
const equalPolicies: WorkedExample = {
  name: "equal policies: no step to either side",
  given: () => givenPairs([same as unknown as typeof growing]),
  expect: {
    signals: { "epsilon-beta/positive": [0], "epsilon-beta/negative": [0] },
    states: { "epsilon-beta": { beta: 0.01 } },
  },
};

const valley: WorkedExample = {
  name: "a margin that is smallest at the policy itself: no step to either side",
  given: () => givenPairs([[peaked[1], peaked[0]]]),
  expect: { signals: { "epsilon-beta/positive": [0], "epsilon-beta/negative": [0] }, beta: [0.01] },
};

methodContract(epsilonDpo, {
  options: [{ epsilon: 0.3, beta: 0.5 }],
  worked: [
    ...singles.flatMap(workedOf),
    separately,
    bounded("β falls to its lower bound", growing, { minBeta: 0.09 }, 0.09),
    bounded("β rises to its upper bound", shrinking, { maxBeta: 0.11 }, 0.11),
    equalPolicies,
    valley,
  ],
});

methodContract(epsilonBeta, {
  neutral: [
    {
      options: { epsilon: 0.05 },
      equals: compose({
        beta: epsilonBeta({ checkSize: 0.05, stepSize: 0.05 }),
        scorer: implicitReward({ divergence: 0.5 }),
        loss: logistic(),
      }),
    },
  ],
});
