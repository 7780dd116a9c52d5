import {
  compose,
  constantBeta,
  implicitReward,
  listwise,
  logistic,
  rewards,
  tf,
  tokenLogProb,
  type Method,
} from "@tokenwise/kit";
import { batchOf, difference, evaluate, logitsOf, tokenTable, type Formula, type Given } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { adpo, copyEvery, movingAverage, plackettLuce, zScoreTargets } from "../src/index.ts";
import { golden, tolerance } from "./golden.ts";

interface Input {
  readonly vocab: number;
  readonly groupSize: number;
  readonly rows: readonly {
    readonly row: number;
    readonly promptIds: readonly number[];
    readonly response: readonly number[];
  }[];
  readonly policyLogits: Formula;
  readonly anchorLogits: Formula;
  readonly rewards: readonly (readonly number[])[];
}
interface Case {
  readonly options: {
    readonly tau: number;
    readonly betaReward: number;
    readonly scaleRewards: string;
    readonly adaptiveTau: boolean;
    readonly adaptive?: { readonly alpha: number; readonly beta: number; readonly min: number; readonly max: number };
  };
  readonly codeVersion: string;
  readonly authors_code: {
    readonly loss: number;
    readonly gradient: {
      readonly l2: number;
      readonly rowL2: readonly number[];
      readonly at: readonly (readonly number[])[];
    };
  };
  readonly derived_tau?: readonly number[];
  readonly derived: { readonly targets: readonly (readonly number[])[]; readonly perPromptLoss: readonly number[] };
  readonly paper: { readonly perPromptLoss: readonly number[] };
}
const file = golden<Input, Case>("adpo");
const cases = file.cases
  .filter(({ input }) => input in file.inputs)
  .map((each) => ({ ...each, given: file.inputs[each.input]! }));
const table = ({ rows, groupSize, vocab, policyLogits, anchorLogits, rewards: values }: Input): Given => {
  const candidates = rows.map(({ row, promptIds, response }) => ({ row, promptLength: promptIds.length, response }));
  const batch = batchOf(values.map((_, prompt) => candidates.slice(groupSize * prompt, groupSize * (prompt + 1))));
  const logits = (formula: Formula) => logitsOf(formula, candidates, batch.responseMask.shape[1]!, vocab);
  return {
    batch,
    logits: { policy: logits(policyLogits), reference: logits(anchorLogits) },
    values: [[rewards, tf.tensor2d(values.map((group) => [...group]))]],
  };
};
/** What the trainer's statements do to rewards; the earlier commit takes the z-score itself. */
const epsilonOf = ({ options, codeVersion }: Case): number | "none" =>
  codeVersion !== "HEAD" ? 1e-8 : options.scaleRewards === "group" ? 1e-4 : "none";
const methodOf = (each: Case, epsilon = epsilonOf(each)): Method => {
  const { tau, betaReward, adaptive, adaptiveTau } = each.options;
  const { alpha = 0, beta: penalty = 0, min = 1, max = 1 } = adaptive ?? {};
  return adpo({
    tau,
    rewardTemperature: betaReward,
    epsilon,
    ...(adaptiveTau && { adaptive: { alpha, penalty, min, max } }),
  });
};

describe("ADPO on given logits", () => {
  it.each(cases)("$name: targets, temperatures, losses and gradients are the authors'", (each) => {
    const { given, authors_code, derived, derived_tau } = each;
    const method = methodOf(each);
    const micro = table(given);
    const { values = [], batch } = micro;
    const targets = method.targets!.targets({ batch, read: { rewards: values[0]![1] } });
    expect(difference([...targets.dataSync()], derived.targets.flat())).toBeLessThan(tolerance.value);
    const result = evaluate(method, [micro]);
    if (derived_tau)
      expect(difference(result.metrics["adaptive-temperature/temperature"]!, derived_tau)).toBeLessThan(
        tolerance.value,
      );
    expect(difference(result.losses, derived.perPromptLoss)).toBeLessThan(tolerance.value);
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
    const gradient = result.gradients.policy[0]!;
    const entries = gradient.arraySync() as number[][][];
    const { at, l2, rowL2 } = authors_code.gradient;
    expect(
      difference(
        at.map(([row, token, id]) => entries[row!]![token!]![id!]!),
        at.map(([, , , value]) => value!),
      ),
    ).toBeLessThan(tolerance.gradient);
    const rows = [...tf.sqrt(tf.sum(tf.square(gradient), [1, 2])).dataSync()];
    expect(difference([...rows, Math.hypot(...rows)], [...rowL2, l2])).toBeLessThan(tolerance.gradient);
  });

  it.each(cases.filter(({ codeVersion, input }) => codeVersion === "HEAD" && input === "G4"))(
    "$name: the paper's z-score",
    (each) => {
      const result = evaluate(methodOf(each, 1e-8), [table(each.given)]);
      expect(difference(result.losses, each.paper.perPromptLoss)).toBeLessThan(tolerance.value);
    },
  );

  it("gives the same numbers in three micro-batches as in one, the adaptive temperature included", () => {
    const each = cases.find(({ name }) => name === "adaptive_tau_G4")!;
    const { rows, rewards: values, groupSize } = each.given;
    const micro = values.map((group, prompt) =>
      table({ ...each.given, rewards: [group], rows: rows.slice(groupSize * prompt, groupSize * (prompt + 1)) }),
    );
    const [one, three] = [evaluate(methodOf(each), [table(each.given)]), evaluate(methodOf(each), micro)];
    expect(difference(three.losses, one.losses)).toBeLessThan(1e-6);
    expect(difference(three.beta, one.beta)).toBeLessThan(1e-6);
    const l2 = ({ gradients }: typeof one) =>
      Math.hypot(...gradients.policy.flatMap((gradient) => [...gradient.dataSync()]));
    expect(difference([l2(three)], [l2(one)])).toBeLessThan(1e-5);
  });

  it("leaves a missing candidate out of targets, loss and gradient", () => {
    const { given } = cases.find(({ name }) => name === "listwise_soft_G4")!;
    const rows = given.rows.map(({ promptIds, response }) => ({ promptLength: promptIds.length, response }));
    const groups = (keep: readonly number[]) =>
      given.rewards.map((_, prompt) =>
        [0, 1, 2, 3].map((index) => (keep.includes(index) ? rows[4 * prompt + index] : undefined)),
      );
    const whole = table(given);
    const masked: Given = { ...whole, batch: batchOf(groups([0, 2, 3])) };
    const smaller = table({
      ...given,
      groupSize: 3,
      rows: given.rows.filter((_, row) => row % 4 !== 1),
      rewards: given.rewards.map((group) => group.filter((_, index) => index !== 1)),
    });
    const [one, other] = [evaluate(adpo(), [masked]), evaluate(adpo(), [smaller])];
    expect(difference(one.losses, other.losses)).toBeLessThan(1e-6);
    const perRow = tf.sum(tf.abs(one.gradients.policy[0]!), [1, 2]).dataSync();
    perRow.forEach((sum, row) => expect(sum === 0).toBe(row % 4 === 1));
  });
});

interface Port {
  readonly name: string;
  readonly tokenLogProbs: Readonly<
    Record<"policy" | "anchor", Readonly<Record<"mean" | "amp" | "b" | "t" | "phase", number>>>
  > & { readonly lengths: readonly number[] };
  readonly groupSize: number;
  readonly prompts: number;
  readonly rewards: readonly number[];
  readonly options: {
    readonly tau: number;
    readonly beta_reward: number;
    readonly use_length_normalization: boolean;
    readonly loss_variant: string;
  };
  readonly authors_code: {
    readonly loss: number;
    readonly gradient: { readonly values: readonly (readonly number[])[] };
  };
}

describe("ADPO on given token log-probabilities, as the second port has it", () => {
  const ports = golden<unknown, Port>("adpo").cases.filter((each) => "tokenLogProbs" in each);
  it.each(ports)(
    "$name: loss and gradients are the authors'",
    ({ tokenLogProbs, groupSize, prompts, rewards: values, options, authors_code }) => {
      const { lengths, policy, anchor } = tokenLogProbs;
      const responses = lengths.map((length) => ({ promptLength: 1, response: Array<number>(length).fill(3) }));
      const batch = batchOf(
        Array.from({ length: prompts }, (_, prompt) => responses.slice(groupSize * prompt, groupSize * (prompt + 1))),
      );
      const logProbs = ({ mean, amp, b, t, phase }: typeof policy) =>
        tokenTable(
          lengths.map((length, row) =>
            Array.from({ length }, (_, token) => mean + amp * Math.sin(b * row + t * token + phase)),
          ),
          5,
          -9,
        );
      const given: Given = {
        batch,
        values: [
          [tokenLogProb("policy"), logProbs(policy)],
          [tokenLogProb("reference"), logProbs(anchor)],
          [rewards, tf.tensor2d([...values], [prompts, groupSize])],
        ],
      };
      const method = adpo({
        tau: options.tau,
        rewardTemperature: options.beta_reward,
        epsilon: 0,
        length: options.use_length_normalization ? "mean" : "sum",
        loss: options.loss_variant === "softmax" ? "softmax" : "plackett-luce",
      });
      const result = evaluate(method, [given]);
      expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
      const expected = tokenTable(authors_code.gradient.values, 5, 0);
      expect(difference([...result.gradients.policy[0]!.dataSync()], [...expected.dataSync()])).toBeLessThan(
        tolerance.gradient,
      );
    },
  );
});

describe("losses over groups", () => {
  const pair = () => table(cases.find(({ name }) => name === "pair_hard_G2")!.given);
  const composed = (loss: Method["objectives"][number]["loss"]) =>
    compose({ beta: constantBeta({ beta: 0.5 }), scorer: implicitReward(), loss });

  it("Plackett–Luce and listwise are logistic for pairs with hard targets", () => {
    const expected = evaluate(composed(logistic()), [pair()]).losses;
    for (const loss of [plackettLuce(), listwise()])
      expect(difference(evaluate(composed(loss), [pair()]).losses, expected)).toBeLessThan(1e-6);
  });

  it("Plackett–Luce ranks a missing candidate nowhere: of three with one missing, a pair is left", () => {
    const batch = batchOf([[{ promptLength: 1, response: [3, 2] }, undefined, { promptLength: 1, response: [2] }]]);
    const view = { batch, targets: tf.tensor2d([[0.2, 0, 0.8]]), read: {} } as never;
    const { loss } = plackettLuce().loss(view, { scores: tf.tensor2d([[1, 1e4, 2]]), beta: tf.tensor1d([0.5]) });
    expect(loss.dataSync()[0]).toBeCloseTo(Math.log1p(Math.exp(-0.5)), 5);
  });

  it("targets of equal rewards are even, and do not change with the scale of the rewards", () => {
    const batch = batchOf([[1, 2, 3].map(() => ({ promptLength: 1, response: [2] }))]);
    const of = (values: readonly number[]) => [
      ...zScoreTargets()
        .targets({ batch, read: { rewards: tf.tensor2d([[...values]]) } })
        .dataSync(),
    ];
    expect(difference(of([4, 4, 4]), [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-6);
    expect(difference(of([10, 20, -30]), of([1, 2, -3]))).toBeLessThan(1e-5);
  });
});

describe("anchors", () => {
  it("a moving average keeps its share, a copy is taken every so many steps", () => {
    expect(movingAverage(0.9).keep(null)).toBe(0.9);
    const policy = copyEvery(3);
    const kept = [1, 2, 3, 4, 5, 6].map((step) => policy.keep(policy.state!.update(0, { step, signal: {} })));
    expect(kept).toEqual([1, 1, 0, 1, 1, 0]);
  });
});
