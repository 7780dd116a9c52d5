/** Properties of the method, on given logits and attributions. */
import { compose, constantBeta, implicitReward, logistic, tf } from "@tokenwise/kit";
import { difference, evaluate, type Given } from "@tokenwise/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tiDpo, triplet, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";
import { weigh, weighSpans, type Sequence, type WeightOptions } from "./weigh.ts";

const positive = fc.float({ min: Math.fround(0.01), max: 3, noNaN: true });
const tokens = fc.array(positive, { minLength: 1, maxLength: 12 });
const sequences: fc.Arbitrary<Sequence[]> = fc.array(fc.record({ prompt: tokens, response: tokens }), { minLength: 1, maxLength: 4 }); // prettier-ignore
const options: fc.Arbitrary<WeightOptions> = fc.record({
  lambda: fc.constantFrom(0, 0.2, 0.7, 1),
  priorDivisor: fc.constantFrom(1, 4, 8),
  span: fc.constantFrom("prompt+response" as const, "response" as const),
});
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const expectNear = (actual: readonly number[], expected: readonly number[], digits = 4): void =>
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, digits));
const alone = (margin: number) => ({ ...tiDpo(), objectives: [], auxiliaries: [triplet({ gamma: 1, margin })] });

describe("weights", () => {
  it("are not negative, and have the mean 1 over their span", () => {
    fc.assert(
      fc.property(sequences, options, (given, chosen) => {
        const whole = given.map(({ prompt, response }) => ({ prompt: [], response: [...prompt, ...response] }));
        const spans = chosen.span === "response" ? given : whole;
        weigh(chosen, spans).forEach((weights, row) => {
          expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
          expect(sum(weights)).toBeCloseTo(spans[row]!.response.length, 4);
        });
        // Over prompt and response those of the response are the last ones of the span's.
        if (chosen.span !== "response")
          weigh(chosen, given).forEach((weights, row) =>
            expectNear(weights, weigh(chosen, whole)[row]!.slice(given[row]!.prompt.length)),
          );
      }),
      { numRuns: 60 },
    );
  });

  it("do not change with the scale of the attributions, with padding or with what else is in the batch", () => {
    fc.assert(
      fc.property(sequences, options, fc.constantFrom(1e-3, 7, 1e4), (given, chosen, factor) => {
        const scaled = given.map(({ prompt, response }) => ({
          prompt: prompt.map((value) => factor * value),
          response: response.map((value) => factor * value),
        }));
        const expected = weigh(chosen, given);
        for (const same of [
          weigh(chosen, scaled),
          weigh(chosen, given, 3),
          given.flatMap((one) => weigh(chosen, [one])),
        ])
          same.forEach((weights, row) => expectNear(weights, expected[row]!));
      }),
      { numRuns: 60 },
    );
  });

  it("at λ = 0 are the prior, which is symmetric about the middle and highest there", () => {
    for (const length of [2, 5, 8]) {
      const [weights] = weighSpans({ lambda: 0 }, [Array.from({ length }, (_, token) => token)]);
      expectNear(weights!, [...weights!].reverse(), 6);
      expect(Math.max(...weights!)).toBe(weights![Math.floor((length - 1) / 2)]);
    }
  });

  it("at λ = 1 are in proportion to the attributions", () => {
    const [weights] = weighSpans({ lambda: 1 }, [[1, 4, 5]]);
    expectNear(weights!, [0.3, 1.2, 1.5], 5);
  });

  it("of tokens to which nothing is attributed are the prior alone; of a span of one token, 1", () => {
    for (const lambda of [0.2, 1]) {
      expectNear(weighSpans({ lambda }, [[0, 0, 0]])[0]!, weighSpans({ lambda: 0 }, [[0, 0, 0]])[0]!, 6);
      expect(weighSpans({ lambda }, [[0.5]])).toEqual([[1]]);
      expect(weighSpans({ lambda }, [[0]])).toEqual([[1]]);
    }
  });
});

const moved = (given: (policy?: tf.Tensor) => Given, method: ReturnType<typeof tiDpo>, index: number) => {
  const { policy } = given().logits!;
  const at = (step: number): number => {
    const values = Float32Array.from(policy.dataSync());
    values[index]! += step;
    return evaluate(method, [given(tf.tensor3d(values, policy.shape as [number, number, number]))]).loss;
  };
  return (at(0.02) - at(-0.02)) / 0.04;
};

describe("the loss", () => {
  it.each<[string, Options]>([
    ["of the plain base", { base: "plain", gamma: 0 }],
    ["of TDPO-1 with a divergence penalty", { base: "tdpo1", klCoefficient: 0.5, gamma: 0 }],
    ["of the triplet beside the plain base", { base: "plain", gamma: 0.5, margin: 0.3 }],
  ])("%s: gradients are central differences, with constant weights", (_, given) => {
    const method = tiDpo({ beta: 1, lambda: 0.7, ...given });
    const gradient = [...evaluate(method, [toyPair()]).gradients.policy[0]!.dataSync()];
    const numeric = gradient.map((_, index) => moved((policy) => toyPair({ policy }), method, index));
    expect(difference(gradient, numeric)).toBeLessThan(1e-3);
  });

  it("of TDPO-2 has no gradient through the divergence of the chosen response", () => {
    const rows = (options: Options) => {
      const { policy } = evaluate(tiDpo({ lambda: 0.7, gamma: 0, beta: 0.001, ...options }), [toyPair()]).gradients;
      return policy[0]!.arraySync() as number[][][];
    };
    // β is so small that σ(−margin) is ½ with and without the divergence.
    const [plain, tdpo2] = [rows({ base: "plain" }), rows({ alpha: 1 })];
    expect(difference(tdpo2[0]!.flat(), plain[0]!.flat())).toBeLessThan(1e-3);
    expect(difference(tdpo2[1]!.flat(), plain[1]!.flat())).toBeGreaterThan(1e-2);
  });

  it("is that of the same weights as constants", () => {
    const method = tiDpo({ lambda: 0.7, gamma: 0 });
    const { weights, loss, gradients } = evaluate(method, [toyPair()]);
    const reward = tf.tensor2d(weights.reward.map((row) => [...row]));
    const frozen = compose({
      weighter: { name: "frozen", weigh: () => ({ reward }) },
      beta: constantBeta({ beta: 0.2 }),
      scorer: implicitReward({ divergence: 0.5, stopPreferred: true, logged: 1 }),
      loss: logistic(),
    });
    const same = evaluate(frozen, [toyPair()]);
    expect(same.loss).toBeCloseTo(loss, 7);
    expect(difference([...gradients.policy[0]!.dataSync()], [...same.gradients.policy[0]!.dataSync()])).toBeLessThan(1e-6); // prettier-ignore
  });
});

describe("the triplet loss", () => {
  it("is the margin, without a gradient, where policy and reference are one and the anchor's log-ratios are 0", () => {
    const { reference } = toyPair().logits!;
    const { loss, gradients } = evaluate(alone(0.3), [toyPair({ policy: reference, anchor: [0, 0, 0] })]);
    expect(loss).toBeCloseTo(0.3, 6);
    expect(Math.max(...gradients.policy[0]!.dataSync().map(Math.abs))).toBeLessThan(1e-6);
  });

  it("is 0 where the rejected response is further by the margin, and grows by the margin elsewhere", () => {
    const near = [0.189, 0.0907]; // the log-ratios of the chosen response, to three digits
    expect(evaluate(alone(0.1), [toyPair({ anchor: near })]).loss).toBe(0);
    const [low, high] = [0.5, 0.7].map((margin) => evaluate(alone(margin), [toyPair({ anchor: near })]).loss);
    expect(high! - low!).toBeCloseTo(0.2, 5);
  });

  it("has the opposite difference of distances where chosen and rejected are exchanged", () => {
    const margin = 5; // so far that the hinge is open on both sides
    const [one, other] = [false, true].map((exchanged) => evaluate(alone(margin), [toyPair({ exchanged })]).loss);
    expect(one! - margin).toBeCloseTo(margin - other!, 5);
  });

  it("compares an anchor as far as both reach: its further tokens and those of a response do not count", () => {
    const losses = [[0.05], [0.05, -0.1], [0.05, -0.1, 4]].map((anchor) => evaluate(alone(1), [toyPair({ anchor })]).loss); // prettier-ignore
    expect(losses[1]).toBeCloseTo(losses[2]!, 6);
    expect(Math.abs(losses[0]! - losses[1]!)).toBeGreaterThan(1e-3);
  });
});
