/** Properties of the method, on given logits. P1 … P11 are the names they have in its specification. */
import { column, compose, constantBeta, dpo, forwardKl, implicitReward, logistic, reverseKl, tf } from "@tokenwise/kit";
import { difference, evaluate, reader, type Given } from "@tokenwise/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importanceWeights, tisDpo, type Options } from "../src/index.ts";
import { transformScores } from "../src/transforms.ts";
import { toyPair, toyRatios } from "./toy-pair.ts";
import { weigh, type Scores } from "./weigh.ts";

const gradientOf = (options: Options, given: Given): number[] => [
  ...evaluate(tisDpo(options), [given]).gradients.policy[0]!.dataSync(),
];
const lossOf = (options: Options, given = toyPair()): number => evaluate(tisDpo(options), [given]).loss;
const ratio = fc.float({ min: -3, max: 3, noNaN: true });
const scores = fc.array(ratio, { minLength: 1, maxLength: 12 });
const pairs: fc.Arbitrary<Scores> = fc.array(fc.tuple(scores, scores), { minLength: 1, maxLength: 4 });

describe("TIS-DPO", () => {
  it("P1: with equal weights on every token is DPO; without the end tokens, DPO over the others", () => {
    const plain = evaluate(dpo({ beta: 0.1 }), [toyPair()]);
    const equal = evaluate(tisDpo({ transform: { kind: "exponential", mu: 0 }, weighEnd: true }), [toyPair()]);
    expect(equal.losses).toEqual(plain.losses);
    expect([...equal.gradients.policy[0]!.dataSync()]).toEqual([...plain.gradients.policy[0]!.dataSync()]);
    expect(lossOf({ transform: { kind: "binary", percent: 100 } })).toBeCloseTo(0.660588, 6);
  });

  it("P2: of two models that agree, weighs all tokens k; ranks are then a ramp of positions", () => {
    const agree = [[[0, 0, 0], [0, 0]]] as const; // prettier-ignore
    expect(weigh({ transform: { kind: "exponential", scale: 2 } }, agree)).toEqual([[[2, 2, 2, 0], [2, 2, 0]]]); // prettier-ignore
    const [chosen] = weigh({ transform: { kind: "rank-based" } }, agree)[0]!;
    [0.7, 1, 1.3, 0].forEach((weight, token) => expect(chosen![token]).toBeCloseTo(weight, 6));
  });

  it("P3: weights keep to their bounds, chosen ones rise with r and rejected ones fall", () => {
    fc.assert(
      fc.property(pairs, (given) => {
        weigh({}, given).forEach((pair, row) =>
          pair.forEach((weights, side) => {
            const [low, high] = side === 0 ? [-0.5, 1.5] : [-1.5, 0.5];
            const content = weights.slice(0, -1);
            const sorted = content.map((weight, token) => [given[row]![side]![token]!, weight] as const);
            sorted.sort(([a], [b]) => a - b);
            content.forEach((weight) => {
              expect(weight).toBeGreaterThan(Math.exp(low) * (1 - 1e-6));
              expect(weight).toBeLessThan(Math.exp(high) * (1 + 1e-6));
            });
            sorted.slice(1).forEach(([, weight], index) => {
              const before = sorted[index]![1];
              if (side === 0) expect(weight).toBeGreaterThanOrEqual(before);
              else expect(weight).toBeLessThanOrEqual(before);
            });
          }),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("P3: exchanging the two models inverts weights where nothing is clamped", () => {
    const wide = { transform: { kind: "exponential", scale: 2, low: -9, high: 9 } } as const;
    const exchanged = toyRatios.map((row) => row.map((value) => -value)) as unknown as Scores[number];
    const [one, other] = [weigh(wide, [toyRatios]), weigh(wide, [exchanged])];
    one[0]![0]!.slice(0, -1).forEach((weight, token) => expect(weight * other[0]![0]![token]!).toBeCloseTo(4, 5));
  });

  it("P4: μ → 0 gives k; weights k times as large are β k times as large, with the divergence too", () => {
    weigh({ transform: { kind: "exponential", mu: 1e-9 } }, [toyRatios])[0]![0]!
      .slice(0, -1)
      .forEach((weight) => expect(weight).toBeCloseTo(1, 6));
    for (const alpha of [0, 0.5]) {
      const scaled = lossOf({ alpha, beta: 0.1, transform: { kind: "exponential", scale: 3 } });
      expect(scaled).toBeCloseTo(lossOf({ alpha, beta: 0.3 }), 6);
    }
  });

  it("P5: a policy equal to the reference has loss log 2, and no gradient from the divergence", () => {
    const { logits, ...rest } = toyPair();
    const same = { ...rest, logits: { policy: logits!.reference, reference: logits!.reference } };
    expect(lossOf({ alpha: 1 }, same)).toBeCloseTo(Math.LN2, 6);
    expect(difference(gradientOf({ alpha: 1 }, same), gradientOf({}, same))).toBeLessThan(1e-5);
  });

  it.each([0, 0.5])("P6: gradients are central differences, with constant weights; α %d", (alpha) => {
    const { logits } = toyPair();
    const at = (index: number, step: number): number => {
      const values = Float32Array.from(logits!.policy.dataSync());
      values[index]! += step;
      const policy = tf.tensor3d([...values], logits!.policy.shape as [number, number, number]);
      return lossOf({ alpha, beta: 1 }, toyPair({ policy }));
    };
    const numeric = Array.from(
      { length: logits!.policy.size },
      (_, index) => (at(index, 0.02) - at(index, -0.02)) / 0.04,
    );
    expect(difference(gradientOf({ alpha, beta: 1 }, toyPair()), numeric)).toBeLessThan(1e-3);
  });

  it.each([0, 1])("P7: exchanging the responses with their weights negates the margin; α %d", (alpha) => {
    const method = compose({
      weighter: importanceWeights({ transform: { kind: "exponential", mu: 0, scale: 1.7 } }),
      beta: constantBeta({ beta: 0.1 }),
      scorer: implicitReward({ divergence: -alpha, kl: reverseKl }),
      loss: logistic(),
    });
    const margins = [false, true].map((exchanged) => {
      const [[chosen, rejected]] = evaluate(method, [toyPair({ exchanged })]).scores as [[number, number]];
      return chosen - rejected;
    });
    expect(margins[1]).toBeCloseTo(-margins[0]!, 6);
  });

  it("P8: the gradient by the logits of a position sums to 0", () => {
    const gradient = evaluate(tisDpo({ alpha: 0.5 }), [toyPair()]).gradients.policy[0]!;
    for (const sum of tf.sum(gradient, 2).dataSync()) expect(sum).toBeCloseTo(0, 7);
  });

  it("P9: the divergence is that of the policy from the reference, and not the other way round", () => {
    const read = reader(toyPair());
    const [own, other] = [reverseKl, forwardKl].map((request) => [...(read(request) as tf.Tensor).dataSync()]);
    [0.027587, 0.028926, 0.037794, 0.018849].forEach((value, at) => expect(own![at]).toBeCloseTo(value, 5));
    [0.028429, 0.03051, 0.038966, 0.020136].forEach((value, at) => expect(other![at]).toBeCloseTo(value, 5));
  });

  it("P9: what stands in the padding, of logits and of the column, changes nothing", () => {
    for (const alpha of [0, 0.5])
      expect(difference([lossOf({ alpha }, toyPair({ padding: 40 }))], [lossOf({ alpha })])).toBe(0);
    for (const kind of ["rank-based", "random", "origin"] as const)
      expect(weigh({ transform: { kind } }, [toyRatios], { more: 3, padding: -9 })).toEqual(
        weigh({ transform: { kind } }, [toyRatios]),
      );
  });

  it("P10: ranks do not change under rising maps of the scores, span the range and have mean 1", () => {
    const transform = { kind: "rank-based", min: 0.7, max: 1.3 } as const;
    fc.assert(
      fc.property(fc.uniqueArray(ratio, { minLength: 2, maxLength: 30 }), (values) => {
        const weights = transformScores(values, transform);
        const mapped = values.map((value) => 2 ** (1 + rank(values, value)));
        expect(transformScores(mapped, transform)).toEqual(weights);
        expect([Math.min(...weights), Math.max(...weights)]).toEqual([0.7, expect.closeTo(1.3, 12)]);
        expect(weights.reduce((sum, weight) => sum + weight, 0) / values.length).toBeCloseTo(1, 10);
      }),
      { numRuns: 40 },
    );
    expect(transformScores([0.3], transform)).toEqual([1]);
    const [scaled] = transformScores([0], { kind: "threshold-and-scale", low: -1.5, high: 1.5, min: 0.7, max: 1.3 });
    expect(scaled).toBeCloseTo(1, 12);
  });

  it("P11: clamps before the sign: a rejected token of r = −0.9 weighs exp(0.5), not exp(0.9)", () => {
    const [[, rejected]] = weigh({}, [toyRatios]) as [[number[], number[]]];
    expect(rejected[0]).toBeCloseTo(1.648721, 6);
  });

  it("in groups, the preferred candidate is weighed as a chosen response and all others as rejected ones", () => {
    const given = toyPair();
    const [one, other] = [[[1, 0]], [[0, 1]]].map((targets) => {
      const view = { batch: given.batch, read: { ratio: given.values![0]![1] }, preferred: tf.tensor2d(targets) };
      return importanceWeights()
        .weigh(view as never)
        .reward!.arraySync() as number[][];
    });
    expect(one![0]![0]! * other![0]![0]!).toBeCloseTo(Math.exp(1.5) * Math.exp(-1.5), 5);
    expect(one![1]![0]! * other![1]![0]!).toBeCloseTo(1, 5);
  });

  it("random weights are of the seed and the response's tokens, in their range", () => {
    const random = { transform: { kind: "random", min: 0.5, max: 1.5 } } as const;
    const many: Scores = [toyRatios, [Array<number>(40).fill(0), [1, 2]]]; // prettier-ignore
    const [one, again, other] = [1, 1, 2].map((seed) => weigh(random, many, { seed }));
    expect(one).toEqual(again);
    expect(other).not.toEqual(one);
    expect(weigh(random, many.slice(0, 1))).toEqual(one!.slice(0, 1));
    const [drawn] = one![1]!;
    drawn!.slice(0, -1).forEach((weight) => expect(Math.abs(weight - 1)).toBeLessThanOrEqual(0.5));
    expect(new Set(drawn).size).toBe(41);
    weigh({ ...random, weighEnd: true }, many).flat().forEach((weights) => expect(weights.at(-1)).toBe(1)); // prettier-ignore
  });

  it("random weights are drawn anew in every step, of the run's seed", () => {
    const random = tisDpo({ transform: { kind: "random", min: 0.5, max: 1.5 } });
    const drawn = (step: number, seed: number): string =>
      JSON.stringify(evaluate(random, [toyPair()], { step, seed }).weights.reward);
    const draws = [drawn(1, 1), drawn(2, 1), drawn(1, 2), drawn(2, 2)];
    expect(new Set(draws).size).toBe(4);
    expect([drawn(1, 1), drawn(2, 1), drawn(1, 2), drawn(2, 2)]).toEqual(draws);
  });

  it("reads and annotates the column tis-dpo.log-ratio: files that hold it stay valid", () => {
    const { values, ...rest } = toyPair();
    const named: Given = { ...rest, values: [[column("tis-dpo.log-ratio"), values![0]![1]]] };
    expect(lossOf({}, named)).toBe(lossOf({}));
    expect(importanceWeights().annotators!.flatMap(({ columns }) => columns)).toEqual(["tis-dpo.log-ratio"]);
  });

  it("logs the mean weight of a response", () => {
    const { metrics } = evaluate(tisDpo(), [toyPair()]);
    expect(metrics["importance-weights/mean"]![0]).toBeCloseTo((4.481689 + 0.67032 + 1.284025) / 4, 5);
  });
});

const rank = (values: readonly number[], value: number): number => values.filter((other) => other < value).length;
