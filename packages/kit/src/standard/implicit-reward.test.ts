import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { testView } from "../../test/batch.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { implicitReward, requestKey, reverseKl, tf, type ImplicitRewardOptions } from "../index.ts";

// Rows of three tokens; 99 stands in the padding.
const ratio = () => tf.tensor2d([0.5, -1, 0.25, 2, 99, 99, -0.5, 1, 99, 0.1, 0.2, 0.3], [4, 3]);
const kl = () => tf.tensor2d([0.1, 0.2, 0.3, 0.5, 99, 99, 0.4, 0.6, 99, 0, 0.25, 0.5], [4, 3]);
const weights = () => ({
  reward: tf.tensor2d([1, 2, 4, 0.5, 99, 99, 1, 1, 99, 10, 10, 10], [4, 3]),
  divergence: tf.tensor2d([1, 0, 1, 2, 99, 99, 1, 0.5, 99, 0, 4, 2], [4, 3]),
});
const ones = () => ({ reward: tf.ones([4, 3]), divergence: tf.ones([4, 3]) });
const scoreOf = (options: ImplicitRewardOptions, given = ones(), r: tf.Tensor = ratio(), k: tf.Tensor = kl()) => {
  const part = implicitReward(options);
  return part.score(testView({ read: part.needs?.kl ? { ratio: r, kl: k } : { ratio: r } }), given);
};
const expectNear = (tensor: tf.Tensor | undefined, expected: readonly number[]) =>
  tensor!.dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));

describe.each(backends)("implicitReward on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("is the log-ratio of the response: Σ m ρ", () => {
    const { score, reward } = scoreOf({});
    expect(score.shape).toEqual([2, 2]);
    expectNear(score, [-0.25, 2, 0.5, 0.6]);
    expect(reward).toBeUndefined();
  });

  it("weighs the log-ratio by w and the divergence by α v", () => {
    const sums = { ratio: [-0.5, 1, 0.5, 6], kl: [0.4, 1, 0.7, 2] };
    const { score, reward } = scoreOf({ divergence: 0.5 }, weights());
    const expected = sums.ratio.map((sum, index) => sum + 0.5 * sums.kl[index]!);
    expectNear(score, expected);
    expectNear(reward, expected);
  });

  it("logs another reward than the score where α of the logged reward differs", () => {
    const { score, reward } = scoreOf({ divergence: 0.5, logged: 1 }, weights());
    expectNear(score, [-0.3, 1.5, 0.85, 7]);
    expectNear(reward, [-0.1, 2, 1.2, 8]);
  });

  it("divides by the response length in tokens if asked", () => {
    expectNear(scoreOf({ length: "mean" }).score, [-0.25 / 3, 2, 0.25, 0.2]);
  });

  it("needs a divergence only where the options use one", () => {
    expect(implicitReward().needs?.kl).toBeUndefined();
    expect(implicitReward({ logged: 1 }).needs?.kl?.name).toBe("forward-kl");
    expect(requestKey(implicitReward({ divergence: -1, kl: reverseKl }).needs!.kl!)).toBe(requestKey(reverseKl));
  });

  it("has the gradients of finite differences in log-ratio, divergence and weights", () => {
    const options = { divergence: 0.5, length: "mean" } as const;
    const masked = tf.tensor2d([1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1], [4, 3]);
    const [r, k] = [tf.mul(ratio(), masked), tf.mul(kl(), masked)];
    const square = (x: tf.Tensor) => tf.square(x);
    expect(gradientError((x) => square(scoreOf(options, weights(), x, k).score), r)).toBeLessThan(2e-3);
    expect(gradientError((x) => square(scoreOf(options, weights(), r, x).score), k)).toBeLessThan(2e-3);
    const weighed = (reward: tf.Tensor) => square(scoreOf(options, { ...weights(), reward }, r, k).score);
    expect(gradientError(weighed, tf.ones([4, 3]))).toBeLessThan(2e-3);
  });

  it("stops the gradient of the preferred candidate's divergence if asked, without changing a value", () => {
    const stopped = { divergence: 2, stopPreferred: true };
    expectNear(scoreOf(stopped).score, [...scoreOf({ divergence: 2 }).score.dataSync()]);
    const gradient = tf.grad((x) => tf.sum(scoreOf(stopped, ones(), ratio(), x).score))(kl());
    expect(gradient.arraySync()).toEqual([
      [0, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
      [2, 2, 2],
    ]);
  });
});
