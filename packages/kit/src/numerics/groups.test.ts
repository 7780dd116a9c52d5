import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { testBatch } from "../../test/batch.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { candidate, margin, meanTokens, overCandidates, overTokens, responseLengths, sumTokens, tf } from "../index.ts";

const tokens = [1, 2, 4, 8, 99, 99, 16, 32, 99, 64, 128, 256];

describe.each(backends)("tokens, candidates and pairs on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("a sum over tokens counts response tokens only, row by prompt and candidate", () => {
    const sums = sumTokens(tf.tensor2d(tokens, [4, 3]), testBatch());
    expect(sums.shape).toEqual([2, 2]);
    expect(sums.arraySync()).toEqual([
      [7, 8],
      [48, 448],
    ]);
  });

  it("a mean over tokens is one over a response, also of yes and no", () => {
    const means = [...meanTokens(tf.tensor2d(tokens, [4, 3]), testBatch()).dataSync()];
    [7 / 3, 8, 24, 448 / 3].forEach((mean, row) => expect(means[row]).toBeCloseTo(mean, 4));
    const large = tf.greater(tf.tensor2d(tokens, [4, 3]), 30);
    const shares = [...meanTokens(large, testBatch()).dataSync()];
    [0, 0, 0.5, 1].forEach((share, row) => expect(shares[row]).toBeCloseTo(share, 6));
  });

  it("another mask may be summed over: content tokens", () => {
    expect(sumTokens(tf.tensor2d(tokens, [4, 3]), testBatch(), testBatch().contentMask).arraySync()).toEqual([
      [3, 0],
      [16, 192],
    ]);
  });

  it("what stands in the padding changes neither a sum nor its gradient", () => {
    const f = (x: tf.Tensor) => sumTokens(tf.square(x), testBatch());
    const gradient = tf.grad((x) => tf.sum(f(x)))(tf.fill([4, 3], 3));
    expect(gradient.arraySync()).toEqual(tf.mul(6, testBatch().responseMask).arraySync());
    expect(gradientError(f, tf.tensor2d([1, -2, 3, 1, 2, 0, 1, 2, -1, 1, 0.5, 2], [4, 3]))).toBeLessThan(1e-3);
  });

  it("lengths are in tokens, at least 1", () => {
    expect(responseLengths(testBatch()).arraySync()).toEqual([
      [3, 1],
      [2, 3],
    ]);
    const empty = { ...testBatch(), responseMask: tf.zeros([4, 3]) };
    expect(responseLengths(empty).dataSync()).toEqual(new Float32Array([1, 1, 1, 1]));
  });

  it("a candidate and the margin of a pair are per prompt", () => {
    const scores = tf.tensor2d([1, 5, 10, 3], [2, 2]);
    expect(candidate(scores, 1).arraySync()).toEqual([5, 3]);
    expect(margin(scores).arraySync()).toEqual([-4, 7]);
    expect(gradientError((x) => tf.square(margin(x)), scores)).toBeLessThan(1e-3);
  });

  it("a value per candidate multiplies its tokens, a value per prompt its candidates", () => {
    const perCandidate = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expect(tf.mul(overTokens(perCandidate), tf.ones([4, 3])).arraySync()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
      [4, 4, 4],
    ]);
    expect(tf.mul(overCandidates(tf.tensor1d([10, 100])), perCandidate).arraySync()).toEqual([
      [10, 20],
      [300, 400],
    ]);
  });
});
