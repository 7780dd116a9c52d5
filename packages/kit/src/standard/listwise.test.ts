import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { testBatch, testView } from "../../test/batch.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { listwise, logistic, preferFirst, tf, type PerCandidate } from "../index.ts";

/** Two groups of four; the second lacks its last two candidates. */
const groups = () => ({
  ...testBatch(),
  groupSize: 4,
  candidateMask: tf.tensor2d([1, 1, 1, 1, 1, 1, 0, 0], [2, 4]),
});
const targets = () => tf.tensor2d([0.5, 0.25, 0.25, 0, 0.7, 0.3, 0, 0], [2, 4]);
const scores = () => tf.tensor2d([1, -2, 0.5, 3, 2, -1, 1e6, -1e6], [2, 4]);
const beta = () => tf.tensor1d([0.8, 0.5]);
const lossOf = (s: PerCandidate) =>
  listwise().loss(testView({ batch: groups(), targets: targets() }), { scores: s, beta: beta() }).loss;

describe.each(backends)("listwise on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("is the cross-entropy of the targets and softmax(β s)", () => {
    const logits = [0.8, -1.6, 0.4, 2.4];
    const normalizer = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const expected = normalizer - (0.5 * 0.8 + 0.25 * -1.6 + 0.25 * 0.4);
    expect(lossOf(scores()).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it("equals logistic on pairs, for hard and for soft targets", () => {
    const pairs = tf.tensor2d([1.5, -0.5, -3, 2], [2, 2]);
    for (const smoothing of [0, 0.2]) {
      const batch = testBatch();
      const view = testView({ batch, targets: preferFirst({ smoothing }).targets({ batch, read: {} }) });
      const [one, other] = [listwise(), logistic()].map((part) =>
        part.loss(view, { scores: pairs, beta: beta() }).loss.dataSync(),
      );
      one!.forEach((loss, prompt) => expect(loss).toBeCloseTo(other![prompt]!, 5));
    }
  });

  it("leaves a missing candidate out: two of four are the pair, whatever stands in the other scores", () => {
    const h = 0.5 * 3;
    const expected = 0.7 * Math.log1p(Math.exp(-h)) + 0.3 * Math.log1p(Math.exp(h));
    expect(lossOf(scores()).dataSync()[1]).toBeCloseTo(expected, 5);
    const gradient = tf
      .grad((s) => tf.sum(lossOf(s)))(scores())
      .arraySync() as number[][];
    expect(gradient[1]!.slice(2)).toEqual([0, 0]);
  });

  it("does not change when all scores of a group move together", () => {
    const [before, after] = [lossOf(scores()), lossOf(tf.add(scores(), 5))].map((loss) => loss.dataSync());
    before!.forEach((loss, prompt) => expect(loss).toBeCloseTo(after![prompt]!, 5));
  });

  it("has the gradient of finite differences", () => {
    const present = tf.tensor2d([1, -2, 0.5, 3, 2, -1, 0, 0], [2, 4]);
    expect(gradientError(lossOf, present)).toBeLessThan(1e-3);
  });
});
