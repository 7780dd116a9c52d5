/** Properties of the method, on given logits. P1 … P10 are the names they have in its specification. */
import { dpo, forwardKl, reverseKl, tf, weighter } from "@tokenwise/kit";
import { difference, evaluate, reader, type Given } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { tdpo, type Options } from "../src/index.ts";
import { toyPair, type ToyOptions } from "./toy-pair.ts";

const gradientOf = (options: Options, given = toyPair()): number[] => [
  ...evaluate(tdpo(options), [given]).gradients.policy[0]!.dataSync(),
];
const rowOf = (gradient: readonly number[], row: number) => gradient.slice(16 * row, 16 * (row + 1));
const [policy, reference] = [toyPair().logits!.policy, toyPair().logits!.reference];
const softmax = (logits: tf.Tensor): number[] => [...tf.softmax(logits).dataSync()];
const [p, q] = [softmax(policy), softmax(reference)];
const marginOf = (options: Options, given: Given): number => {
  const [[chosen, rejected]] = evaluate(tdpo(options), [given]).scores as [[number, number]];
  return chosen - rejected;
};
const slope = (margin: number): number => -0.1 / (1 + Math.exp(0.1 * margin)); // g = −β σ(−β z)

describe("TDPO", () => {
  it("P1: TDPO-2 with α = 0 is DPO, in value and gradient", () => {
    const [own, plain] = [tdpo({ alpha: 0 }), dpo({ beta: 0.1 })].map((method) => evaluate(method, [toyPair()]));
    expect(own!.losses).toEqual(plain!.losses);
    expect([...own!.gradients.policy[0]!.dataSync()]).toEqual([...plain!.gradients.policy[0]!.dataSync()]);
  });

  it("P2: TDPO-2 with α = 1 is TDPO-1 in value; gradients differ by g (p − q) on the chosen response alone", () => {
    expect(evaluate(tdpo({ alpha: 1 }), [toyPair()]).losses).toEqual(
      evaluate(tdpo({ variant: "tdpo1" }), [toyPair()]).losses,
    );
    const [one, two] = [gradientOf({ variant: "tdpo1" }), gradientOf({ alpha: 1 })];
    expect(difference(rowOf(one, 1), rowOf(two, 1))).toBeLessThan(1e-5);
    const g = slope(marginOf({ alpha: 1 }, toyPair()));
    const apart = rowOf(one, 0).map((value, at) => value - rowOf(two, 0)[at]!);
    expect(
      difference(
        apart,
        rowOf(p, 0).map((value, at) => g * (value - q[at]!)),
      ),
    ).toBeLessThan(1e-4);
  });

  it.each<[Options]>([[{ variant: "tdpo1" }], [{}]])(
    "P3: for a policy equal to the reference the loss is log 2, the divergence 0, the gradient DPO's; %j",
    (options) => {
      const same = () => toyPair({ policy: tf.clone(reference) });
      const { losses, metrics } = evaluate(tdpo(options), [same()]);
      expect(losses[0]).toBeCloseTo(Math.LN2, 6);
      for (const name of ["kl-chosen", "kl-rejected", "kl-margin"])
        expect(metrics[`tdpo-score/${name}`]![0]).toBeCloseTo(0, 6);
      const plain = [...evaluate(dpo({ beta: 0.1 }), [same()]).gradients.policy[0]!.dataSync()];
      expect(difference(gradientOf(options, same()), plain)).toBeLessThan(1e-5);
    },
  );

  it("P4: under the reference, log-ratio and divergence together have mean 0 at every position", () => {
    const kl = (reader(toyPair())(forwardKl) as tf.Tensor).dataSync();
    const ratios = tf.sub(tf.logSoftmax(policy), tf.logSoftmax(reference)).dataSync();
    for (const position of [0, 1, 2, 3, 4, 5, 6]) {
      const expected = [0, 1, 2, 3].reduce((sum, id) => sum + q[4 * position + id]! * ratios[4 * position + id]!, 0);
      expect(expected + kl[position]!).toBeCloseTo(0, 6);
    }
  });

  it("P5: the divergence is not negative, and a number added to all logits of a position does not change it", () => {
    const kl = (options: ToyOptions) => [...(reader(toyPair(options))(forwardKl) as tf.Tensor).dataSync()];
    const shift = tf.tensor3d([3, -7, 11, 2, 5, -4, 8, 1], [2, 4, 1]);
    const shifted = kl({ policy: tf.add(policy, shift), reference: tf.sub(reference, shift) });
    expect(Math.min(...kl({}))).toBeGreaterThanOrEqual(0);
    expect(difference(shifted, kl({}))).toBeLessThan(1e-4);
  });

  it("P6: the gradient of TDPO-1 on the chosen response is g (1[v = y] − q): one-hot minus the reference", () => {
    const g = slope(marginOf({ variant: "tdpo1" }, toyPair()));
    const ids = [2, 1, 0, 3];
    const expected = rowOf(q, 0).map((value, at) => g * (Number(ids[Math.floor(at / 4)] === at % 4) - value));
    expect(difference(rowOf(gradientOf({ variant: "tdpo1" }), 0), expected)).toBeLessThan(1e-5);
  });

  it.each<[Options]>([[{ variant: "tdpo1" }], [{}], [{ alpha: 1.5 }]])(
    "P6: the gradient by the logits of a position sums to 0; %j",
    (options) => {
      const sums = tf.sum(evaluate(tdpo(options), [toyPair()]).gradients.policy[0]!, 2).dataSync();
      sums.forEach((sum) => expect(sum).toBeCloseTo(0, 7));
    },
  );

  it.each<[Options]>([[{ variant: "tdpo1" }], [{ alpha: 1.5 }]])(
    "P7: exchanging the responses negates the margin; %j",
    (options) => {
      expect(marginOf(options, toyPair({ exchanged: true }))).toBeCloseTo(-marginOf(options, toyPair()), 6);
    },
  );

  it("P7: and the gradient of TDPO-2 stays that of the side: the one preferred has none of the divergence", () => {
    const exchanged = gradientOf({}, toyPair({ exchanged: true }));
    const [chosen, rejected] = [rowOf(exchanged, 1), rowOf(exchanged, 0)];
    expect(difference(chosen, rowOf(gradientOf({}), 0))).toBeGreaterThan(0.1);
    expect(difference(rejected, rowOf(gradientOf({}), 1))).toBeGreaterThan(0.1);
  });

  it.each<[Options]>([[{ variant: "tdpo1" }], [{}]])(
    "P8: what stands in the padding changes nothing; %j",
    (options) => {
      const [plain, padded] = [toyPair(), toyPair({ padding: 1e4 })];
      expect(evaluate(tdpo(options), [padded]).losses).toEqual(evaluate(tdpo(options), [plain]).losses);
      expect(gradientOf(options, toyPair({ padding: 1e4 }))).toEqual(gradientOf(options));
    },
  );

  it("P9: on the chosen response TDPO-2's gradient is DPO's, scaled by σ(−β z₂)/σ(−β z)", () => {
    const plain = [...evaluate(dpo({ beta: 0.1 }), [toyPair()]).gradients.policy[0]!.dataSync()];
    const scale = slope(marginOf({}, toyPair())) / slope(marginOf({ alpha: 0 }, toyPair()));
    expect(scale).toBeCloseTo(0.999017, 5);
    expect(
      difference(
        rowOf(gradientOf({}), 0),
        rowOf(plain, 0).map((value) => scale * value),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each<[Options]>([[{ variant: "tdpo1" }], [{}]])("P10: logits of 10,000 give a finite loss; %j", (options) => {
    const huge = toyPair({ policy: tf.mul(1e4, policy), reference: tf.mul(-1e4, reference) });
    const { loss, gradients } = evaluate(tdpo(options), [huge]);
    expect(loss).toBeTypeOf("number");
    expect(Number.isFinite(loss)).toBe(true);
    expect(gradients.policy[0]!.dataSync().every(Number.isFinite)).toBe(true);
  });

  it.each<[Options]>([[{ variant: "tdpo1" }], [{ alpha: 1.5 }], [{ alpha: 1.5, length: "mean" }]])(
    "the gradient is that of central differences, with the divergence of the chosen response held in TDPO-2; %j",
    (options) => {
      const held = options.variant !== "tdpo1";
      const lossAt = (given: Given): number => evaluate(tdpo({ ...options, beta: 1 }), [given]).loss;
      const gradient = gradientOf({ ...options, beta: 1 });
      const at = (index: number, step: number): number => {
        const values = Float32Array.from(policy.dataSync());
        values[index]! += step;
        return lossAt(toyPair({ policy: tf.tensor3d([...values], [2, 4, 4]) }));
      };
      const indices = Array.from({ length: 28 }, (_, index) => index).slice(held ? 16 : 0);
      const numeric = indices.map((index) => (at(index, 0.02) - at(index, -0.02)) / 0.04);
      expect(
        difference(
          indices.map((index) => gradient[index]!),
          numeric,
        ),
      ).toBeLessThan(1e-3);
    },
  );

  it("the divergence is that of the reference from the policy, and not the other way round", () => {
    const [own, other] = [forwardKl, reverseKl].map((request) => [
      ...(reader(toyPair())(request) as tf.Tensor).dataSync(),
    ]);
    expect(difference(own!, other!)).toBeGreaterThan(0.01);
    const { metrics } = evaluate(tdpo(), [toyPair()]);
    expect(metrics["tdpo-score/kl-chosen"]![0]).toBeCloseTo(
      own!.slice(0, 4).reduce((a, b) => a + b),
      6,
    );
  });

  it("weights of a weighter scale the log-ratio and the divergence of their tokens, apart", () => {
    const scaled = (name: "reward" | "divergence") =>
      weighter({
        name: "double",
        weigh: ({ batch }) => ({ [name]: tf.mul(2, tf.onesLike(batch.responseMask)) }),
      });
    const rewards = (of: object) => evaluate({ ...tdpo({ beta: 1 }), ...of }, [toyPair()]).rewards[0]!;
    const [plain, ratio, divergence] = [
      rewards({}),
      rewards({ weighter: scaled("reward") }),
      rewards({ weighter: scaled("divergence") }),
    ];
    [0.825996, 0.240374].forEach((m, side) => expect(ratio[side]! - plain[side]!).toBeCloseTo(m, 5));
    [0.118041, 0.079856].forEach((d, side) => expect(divergence[side]! - plain[side]!).toBeCloseTo(d, 5));
  });
});
