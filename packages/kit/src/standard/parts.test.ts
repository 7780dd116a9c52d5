import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { testBatch, testView } from "../../test/batch.ts";
import { gradientError } from "../../test/finite-differences.ts";
import {
  constantBeta,
  dpo,
  logLikelihood,
  logRatio,
  preferFirst,
  sft,
  supervised,
  tf,
  type TokenWeights,
} from "../index.ts";

const logProbs = () => tf.tensor2d([-1, -2, -4, -8, 99, 99, -16, -32, 99, -64, -128, -256], [4, 3]);
const ones = (): TokenWeights => ({ reward: tf.ones([4, 3]), divergence: tf.ones([4, 3]) });

describe.each(backends)("standard parts on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each([
    [2, 0],
    [2, 0.3],
    [5, 0.3],
    [1, 0.3],
  ])(
    "prefer-first over %i candidates with smoothing %f has rows that sum to 1, the first the largest",
    (groupSize, smoothing) => {
      const batch = { ...testBatch(), groupSize, candidateMask: tf.ones([2, groupSize]) };
      const targets = preferFirst({ smoothing }).targets({ batch, read: {} });
      expect(targets.shape).toEqual([2, groupSize]);
      for (const row of targets.arraySync() as number[][]) {
        expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        expect(row[0]).toBe(Math.max(...row));
        expect(row[0]).toBeCloseTo(groupSize === 1 ? 1 : 1 - smoothing, 6);
      }
    },
  );

  it("prefer-first gives nothing to missing candidates and prefers the first that exists", () => {
    const candidateMask = tf.tensor2d([
      [0, 1, 1],
      [1, 0, 0],
    ]);
    const batch = { ...testBatch(), groupSize: 3, candidateMask };
    const [soft, alone] = preferFirst({ smoothing: 0.25 }).targets({ batch, read: {} }).arraySync() as number[][];
    expect([soft, alone]).toEqual([
      [0, 0.75, 0.25],
      [1, 0, 0],
    ]);
  });

  it("log-likelihood is the policy's mean log-probability per token, or their sum, with the token weights", () => {
    const score = (length?: "sum" | "mean", weights = ones()) =>
      logLikelihood(length && { length }).score(testView({ read: { policy: logProbs() } }), weights).score;
    expect([...score().dataSync()]).toEqual([-7 / 3, -8, -24, -448 / 3].map(Math.fround));
    expect([...score("sum").dataSync()]).toEqual([-7, -8, -48, -448]);
    expect([...score("sum", { ...ones(), reward: tf.fill([4, 3], 0.5) }).dataSync()]).toEqual([-3.5, -4, -24, -224]);
    const squares = (x: tf.Tensor) => {
      const view = testView({ read: { policy: tf.mul(x, 0.01) } });
      return tf.square(logLikelihood().score(view, ones()).score);
    };
    expect(gradientError(squares, tf.ones([4, 3]))).toBeLessThan(2e-3);
  });

  it("supervised is −log π summed over the preferred responses, counted in their tokens", () => {
    const part = supervised({ weight: 0.5 });
    const view = testView({ read: { policy: logProbs() } });
    expect(part.weight).toBe(0.5);
    expect(part.sum(view, ones()).dataSync()[0]).toBe(7 + 48);
    expect((part.count(view) as tf.Tensor).dataSync()[0]).toBe(3 + 2);
  });

  it("supervised has a gradient on preferred response tokens alone", () => {
    const loss = (x: tf.Tensor) => supervised().sum(testView({ read: { policy: x } }), ones());
    expect(tf.grad(loss)(logProbs()).arraySync()).toEqual(
      tf.neg(tf.tensor2d([1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0], [4, 3])).arraySync(),
    );
  });

  it("constant β is the number that was given", () => {
    expect(constantBeta({ beta: 0.25 }).control(testView())).toEqual({ beta: 0.25 });
  });
});

describe("methods of the kit", () => {
  it("DPO has one objective: the implicit reward without a divergence, and the logistic loss", () => {
    const method = dpo({ beta: 0.3, labelSmoothing: 0.1 });
    expect(method.objectives.map(({ scorer, loss }) => [scorer.name, loss.name])).toEqual([
      ["implicit-reward", "logistic"],
    ]);
    expect(method.objectives[0]!.scorer.needs).toEqual({ ratio: logRatio, kl: undefined });
    expect(method.beta.control(testView())).toEqual({ beta: 0.3 });
    expect(method.targets!.targets({ batch: testBatch(), read: {} }).dataSync()[1]).toBeCloseTo(0.1, 6);
  });

  it("supervised training has no preference objective", () => {
    expect(sft().objectives).toEqual([]);
    expect(sft().auxiliaries?.map(({ name }) => name)).toEqual(["supervised"]);
  });
});
