import { evaluate, difference, reader, type Given } from "@tokenwise/testkit";
import {
  dpo,
  plackettLuce,
  tf,
  tokenLogProb,
  compose,
  constantBeta,
  implicitReward,
  listwise,
  logistic,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { adaptiveTemperature, adpo, type Options } from "../src/index.ts";
import { cases, inputs, optionsOf, scoresTable, tableOf, type Groups } from "./groups.ts";

const policy = [-12, -10.5, -11.2, -13];
const anchor = [-11.5, -11, -11.4, -12.4];
const rewards = [1, 0, 0.4, -0.2];
const run = (options: Options, s = policy, a = anchor, r: readonly (number | null)[] = rewards) =>
  evaluate(adpo(options), [scoresTable(s, a, r)]);
const slopes = (result: ReturnType<typeof run>) => [...result.gradients.policy[0]!.dataSync()];
const softmax = (u: readonly number[]) => {
  const weights = u.map((each) => Math.exp(each - Math.max(...u)));
  return weights.map((weight) => weight / weights.reduce((sum, each) => sum + each));
};
const every: Readonly<Record<string, Options>> = {
  "z-score": {},
  raw: { targets: { kind: "raw" } },
  KDE: { targets: { kind: "kde" } },
  hard: { targets: { kind: "hard" } },
  first: { targets: { kind: "first", smoothing: 0.2 } },
  "Plackett–Luce": { loss: { kind: "plackett-luce" } },
  "Plackett–Luce of the second port": { loss: { kind: "plackett-luce", places: 3, smoothing: 0.1, poly: 1 } },
};
const softmaxes = Object.entries(every).filter(([, { loss }]) => loss === undefined);

beforeAll(() => useBackend("cpu"));

describe("invariances", () => {
  it.each(Object.entries(every))("%s: a constant added to s, to s_anchor or to R changes nothing", (_, options) => {
    const plain = run(options);
    const add = (values: readonly number[], by: number) => values.map((value) => value + by);
    for (const other of [
      run(options, add(policy, 2)),
      run(options, policy, add(anchor, -3)),
      run(options, policy, anchor, add(rewards, 5)),
    ]) {
      expect(other.loss).toBeCloseTo(plain.loss, 5);
      expect(difference(slopes(other), slopes(plain))).toBeLessThan(1e-4);
    }
  });

  it.each(["z-score", "hard", "KDE", "Plackett–Luce"])("%s: the scale of the rewards changes nothing", (name) => {
    const scaled = run(
      every[name]!,
      policy,
      anchor,
      rewards.map((reward) => 40 * reward),
    );
    expect(difference(scaled.targets[0]!, run(every[name]!).targets[0]!)).toBeLessThan(1e-4);
    expect(scaled.loss).toBeCloseTo(run(every[name]!).loss, 5);
  });

  it.each(Object.entries(every).filter(([name]) => name !== "first"))(
    "%s: another order of the candidates gives the same loss, and slopes in that order",
    (_, options) => {
      const order = [2, 0, 3, 1];
      const permuted = <T>(values: readonly T[]) => order.map((at) => values[at]!);
      const other = run(options, permuted(policy), permuted(anchor), permuted(rewards));
      expect(other.loss).toBeCloseTo(run(options).loss, 5);
      expect(difference(slopes(other), permuted(slopes(run(options))))).toBeLessThan(1e-5);
    },
  );

  it("c τ and c (s − s_anchor) give the loss of τ and s − s_anchor", () => {
    const further = policy.map((s, i) => anchor[i]! + 3 * (s - anchor[i]!));
    expect(run({ tau: 2.4 }, further).loss).toBeCloseTo(run({ tau: 0.8 }).loss, 5);
  });
});

describe("slopes", () => {
  it.each(softmaxes)("%s: (p̃ − q)/τ, of sum 0", (_, options) => {
    const tau = 0.7;
    const result = run({ ...options, tau });
    const p = softmax(policy.map((s, i) => (s - anchor[i]!) / tau));
    const expected = p.map((each, i) => (each - result.targets[0]![i]!) / tau);
    expect(difference(slopes(result), expected)).toBeLessThan(1e-5);
  });

  it.each(Object.entries(every))("%s: central differences of the loss", (_, options) => {
    const at = (index: number, by: number) => run(options, policy.map((s, i) => (i === index ? s + by : s))).loss; // prettier-ignore
    const numeric = policy.map((_s, index) => (at(index, 0.02) - at(index, -0.02)) / 0.04);
    expect(difference(slopes(run(options)), numeric)).toBeLessThan(1e-3);
  });

  it.each(Object.entries(every))("%s: at the anchor the loss of the softmax is log P", (_, options) => {
    if (!options.loss) expect(run(options, anchor).loss).toBeCloseTo(Math.log(4), 6);
    else expect(run(options, anchor).loss).toBeGreaterThan(0);
  });

  it("beyond a clip there is none: scores and logits count as the bound", () => {
    const far = [10, -10.5, -11.2, -13];
    const clipped = run({ clipScore: 1, tau: 1 }, far);
    expect(difference(clipped.scores[0]!, [21.5, 0.5, 0.2, -0.6])).toBeLessThan(1e-5);
    expect(clipped.loss).toBeCloseTo(run({ tau: 1 }, [-10.5, -10.5, -11.2, -13]).loss, 5);
    expect(slopes(clipped)[0]).toBe(0);
    expect(slopes(run({ clipLogit: 2, tau: 0.5 }, far))[0]).toBe(0);
    expect(run({ clipLogit: 2, tau: 0.5 }, far).loss).toBeCloseTo(run({ clipScore: 1, tau: 0.5 }, far).loss, 5);
  });
});

describe("special cases", () => {
  const pairOf = (options: Options) => run(options, policy.slice(0, 2), anchor.slice(0, 2), rewards.slice(0, 2));

  it.each(["softmax", "plackett-luce"] as const)("hard pairs with %s are DPO with β = 1/τ", (kind) => {
    const given = [scoresTable(policy.slice(0, 2), anchor.slice(0, 2), [1, 0])];
    const expected = evaluate(dpo({ beta: 1 / 4 }), given);
    for (const targets of [{ kind: "hard" }, { kind: "first" }] as const)
      expect(pairOf({ tau: 4, targets, loss: { kind } }).loss).toBeCloseTo(expected.loss, 6);
  });

  it("the first place of Plackett–Luce alone is the cross-entropy of the best against the rest", () => {
    const first = run({ loss: { kind: "plackett-luce", places: 1 } });
    expect(first.loss).toBeCloseTo(run({ targets: { kind: "hard" } }).loss, 6);
  });

  it("the parts in the kit are logistic for pairs with hard targets", () => {
    const given = tableOf(inputs.G2!);
    const with_ = (loss: ReturnType<typeof logistic>) =>
      evaluate(compose({ beta: constantBeta({ beta: 0.5 }), scorer: implicitReward(), loss }), [given]).losses;
    for (const loss of [plackettLuce(), listwise()])
      expect(difference(with_(loss), with_(logistic()))).toBeLessThan(1e-6);
  });
});

describe("groups as they come", () => {
  const fields = cases.find(({ name }) => name === "listwise_soft_G4")!;

  it.each(Object.entries(every))("%s: a missing candidate is in no target, loss or gradient", (_, options) => {
    const without = (at: number) => (values: readonly number[]) => values.filter((__, index) => index !== at);
    const missing = (values: readonly number[]) => values.map((value, index) => (index === 1 ? null : value));
    const shorter = run(options, without(1)(policy), without(1)(anchor), without(1)(rewards));
    const masked = evaluate(adpo(options), [scoresTable(missing(policy), missing(anchor), missing(rewards))]);
    expect(masked.loss).toBeCloseTo(shorter.loss, 6);
    expect(difference(without(1)(slopes(masked)), slopes(shorter))).toBeLessThan(1e-5);
    expect([masked.targets[0]![1], slopes(masked)[1]]).toEqual([0, 0]);
  });

  it.each(Object.entries(every).filter(([name]) => name !== "first"))(
    "%s: equal rewards of whatever size give even targets",
    (_, options) => {
      for (const reward of [0, 0.1, -1 / 3, 1e6])
        for (const kept of [3, 4]) {
          const given = policy.map((__, index) => (index < kept ? reward : null));
          const zeros = given.map((value) => value && 0);
          const { targets, loss } = evaluate(adpo(options), [scoresTable(zeros, zeros, given)]);
          expect(difference(targets[0]!, [1, 1, 1, kept - 3].map((each) => each / kept))).toBeLessThan(1e-6); // prettier-ignore
          expect(loss).toSatisfy(Number.isFinite);
        }
    },
  );

  it("Plackett–Luce of a teacher ranks as the anchor does, whatever the rewards are", () => {
    const loss = { kind: "plackett-luce" } as const;
    const reversed = anchor.map((score) => -score);
    const ofTeacher = run({ targets: { kind: "teacher" }, loss }, policy, anchor, reversed);
    const byAnchor = run({ targets: { kind: "raw" }, loss }, policy, anchor, anchor);
    expect(ofTeacher.loss).toBeCloseTo(byAnchor.loss, 6);
    expect(byAnchor.loss).not.toBeCloseTo(run({ targets: { kind: "raw" }, loss }, policy, anchor, reversed).loss, 2);
  });

  it("equal rewards pull back to the anchor: no slope there, one towards it elsewhere", () => {
    const even = policy.map(() => 0.3);
    expect(difference(slopes(run({}, anchor, anchor, even)), [0, 0, 0, 0])).toBeLessThan(1e-6);
    const [first, second] = slopes(run({}, policy, anchor, even));
    expect([Math.sign(first!), Math.sign(second!)]).toEqual([-1, 1]); // −0.5 and +0.5 from the anchor
  });

  it.each(Object.entries(every))(
    "%s: a group of which one candidate is left has no loss and no gradient",
    (_, options) => {
      const given = scoresTable([null, -3, null], [null, -2, null], [null, 1, null]);
      const { loss, gradients } = evaluate(adpo(options), [given]);
      expect(Math.abs(loss)).toBeLessThan(1e-6);
      expect(tf.max(tf.abs(gradients.policy[0]!)).dataSync()[0]).toBeLessThan(1e-6);
    },
  );

  it("three micro-batches give the numbers of one, τ and dropped groups included", () => {
    const { rows, rewards: values, groupSize } = inputs.G4!;
    const apart = values.map((group, prompt) => {
      const own = rows.slice(groupSize * prompt, groupSize * (prompt + 1));
      return tableOf({ ...inputs.G4!, rewards: [group], rows: own, ...shifted(prompt * groupSize) });
    });
    const options: Options = { ...optionsOf(fields), adaptive: {}, anchorKl: 0.1, dropFailed: true };
    const [one, three] = [evaluate(adpo(options), [tableOf(inputs.G4!)]), evaluate(adpo(options), apart)];
    expect(difference(three.losses, one.losses)).toBeLessThan(1e-6);
    expect(difference(three.beta, one.beta)).toBeLessThan(1e-6);
    expect(three.loss).toBeCloseTo(one.loss, 5);
    const l2 = ({ gradients }: typeof one) =>
      Math.hypot(...gradients.policy.flatMap((gradient) => [...gradient.dataSync()]));
    expect(difference([l2(three)], [l2(one)])).toBeLessThan(1e-5);
  });
});

/** The formulas of the golden logits for rows that begin with number `first`. */
function shifted(first: number) {
  const move = ({ terms }: { readonly terms: Groups["policyLogits"]["terms"] }) => ({
    terms: terms.map((term) => ({ ...term, phase: (term.phase ?? 0) + first * (term.b ?? 0) })),
  });
  const { policyLogits, anchorLogits } = inputs.G4!;
  return { policyLogits: move(policyLogits), anchorLogits: move(anchorLogits) };
}

describe("adaptive τ", () => {
  const table = (): Given => tableOf(inputs.G4!);
  const temperature = (options: Options) =>
    evaluate(adpo(options), [table()]).metrics["adaptive-temperature/temperature"]!;

  it("stays within its bounds, and is τ where α and β are 0", () => {
    expect(temperature({ tau: 0.6, adaptive: { alpha: 0, penalty: 0 } }).map((t) => t.toFixed(6))).toEqual(
      Array(3).fill("0.600000"),
    );
    for (const t of temperature({ adaptive: { alpha: 3, min: 1, max: 2 } })) expect(t).toBeCloseTo(2, 6);
    for (const t of temperature({ tau: 0.1, adaptive: { alpha: 0, penalty: 0, min: 0.3 } }))
      expect(t).toBeCloseTo(0.3, 6);
    for (const t of temperature({ adaptive: { min: 1.5, max: 1.5 } })) expect(t).toBeCloseTo(1.5, 6);
  });

  it("is a constant: the gradient is that of τ held fixed", () => {
    const adaptive = evaluate(adpo({ adaptive: {} }), [table()]);
    const held = { ...adpo(), beta: { name: "held", control: () => ({ beta: tf.tensor1d([...adaptive.beta]) }) } };
    const fixed = evaluate(held, [table()]);
    expect([...adaptive.gradients.policy[0]!.dataSync()]).toEqual([...fixed.gradients.policy[0]!.dataSync()]);
  });

  /** Of groups whose tokens have no entropy: τ = 1 + (1 − R). */
  const ofRewards = (groups: readonly (readonly (number | null)[])[]) => {
    const rewards = tf.tensor2d(groups.map((group) => group.map((reward) => reward ?? 0)));
    const candidateMask = tf.tensor2d(groups.map((group) => group.map((reward) => Number(reward !== null))));
    const view = { batch: { candidateMask }, read: { rewards, entropy: tf.zerosLike(rewards) } };
    const { metrics } = adaptiveTemperature({ tau: 1 }).control(view as never);
    return [...metrics!.temperature!.dataSync()];
  };

  it.each([0.9, -0.9, 1 / 3, 1e6])("groups of several sizes, all of whose rewards are %d, are equal", (r) => {
    expect(ofRewards([[r, r, r, r], [r, r, r, null], [r, null, r, null]])).toEqual([1.5, 1.5, 1.5]); // prettier-ignore
  });

  it("what all rewards have in common changes nothing", () => {
    const rewards = [[0.1, 0.2, 0.05, null], [0.3, 0.1, 0.2, 0.15], [0.4, 0.25, null, null]]; // prettier-ignore
    for (const offset of [-1e3, 1e3]) {
      const moved = ofRewards(rewards.map((group) => group.map((reward) => reward && reward + offset)));
      expect(difference(moved, ofRewards(rewards))).toBeLessThan(1e-3); // 32 bits hold rewards near 1000 to 6e-5
    }
  });

  it("without rewards, or with equal ones, counts the group as of middling reward", () => {
    const even = { ...table(), values: table().values!.map(([request, x]) => [request, tf.onesLike(x as tf.Tensor)]) };
    const ofEven = evaluate(adpo({ adaptive: {} }), [even as unknown as Given]).beta;
    for (const kind of ["first", "teacher"] as const) {
      const ofNone = evaluate(adpo({ adaptive: {}, targets: { kind } }), [{ ...table(), values: [] }]).beta;
      expect(difference(ofNone, ofEven)).toBeLessThan(1e-6);
    }
  });
});

describe("the KL to the anchor", () => {
  it.each([false, true])(
    "is the mean over the tokens of the groups that count, of all of them otherwise; %s",
    (dropFailed) => {
      const given = tableOf(inputs.G4!); // of three groups the second has no positive reward
      const lossOf = (anchorKl: number): number => evaluate(adpo({ anchorKl, dropFailed }), [given]).loss;
      const read = reader(given);
      const [ours, theirs] = ["policy", "reference"].map((model) => [
        ...(read(tokenLogProb(model)) as tf.Tensor).dataSync(),
      ]);
      const inside = [...given.batch.responseMask.dataSync()];
      const counts = inside.map((here, at) => here * Number(!dropFailed || Math.floor((at * 3) / inside.length) !== 1));
      const excess = counts.map(
        (here, at) => here * (Math.exp(theirs![at]! - ours![at]!) - (theirs![at]! - ours![at]!) - 1),
      );
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      expect(lossOf(0.5) - lossOf(0)).toBeCloseTo((0.5 * sum(excess)) / sum(counts), 5);
    },
  );
});
