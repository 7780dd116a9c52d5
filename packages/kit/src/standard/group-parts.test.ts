import { describe, expect, it } from "vitest";
import { testView } from "../../test/batch.ts";
import type { PerCandidate } from "../contract/axes.ts";
import { rewards } from "../requests/dataset.ts";
import { requestKey } from "../requests/request.ts";
import { tf } from "../tensorflow.ts";
import { sequenceSum, tokenLogProb } from "./log-probs.ts";
import { plackettLuce } from "./plackett-luce.ts";
import { bestTargets, rawRewards, rewardTargets, zScore } from "./reward-targets.ts";
import { teacherTargets } from "./teacher-targets.ts";
import { tokenDivergence } from "./token-divergence.ts";
import { withoutFailed } from "./without-failed.ts";

const groupOf = (exists: readonly number[]) => ({
  prompts: 1,
  groupSize: exists.length,
  candidateMask: tf.tensor2d([[...exists]]),
});
const view = (exists: readonly number[], read: object, targets?: PerCandidate) =>
  ({ batch: groupOf(exists), read, targets }) as never;
const values = (x: tf.Tensor) => [...x.dataSync()];

describe("targets of groups", () => {
  it("from rewards: even where they are equal, 0 where a candidate is missing, whatever its reward", () => {
    const targetsOf = (rewards: readonly number[], exists: readonly number[]) =>
      values(rewardTargets().targets(view(exists, { rewards: tf.tensor2d([[...rewards]]) })));
    expect(targetsOf([0.1, 0.1, 0.1, 5], [1, 1, 1, 0])).toEqual([1, 1, 1, 0].map((each) => Math.fround(each / 3)));
  });

  it.each([1e20, 1e-7])("by z-scores do not depend on the unit of the rewards: %d", (unit) => {
    const policy = rewardTargets({ by: zScore({ epsilon: 0 }), temperature: 1 });
    const targetsOf = (scale: number) =>
      values(policy.targets(view([1, 1, 1], { rewards: tf.tensor2d([[3 * scale, scale, -3 * scale]]) })));
    targetsOf(unit).forEach((target, index) => expect(target).toBeCloseTo(targetsOf(1)[index]!, 5));
  });

  it("raw: softmax of the rewards over the temperature", () => {
    const policy = rewardTargets({ by: rawRewards, temperature: 2 });
    const [first] = values(policy.targets(view([1, 1], { rewards: tf.tensor2d([[3, 1]]) })));
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });

  it("best: the largest reward, shared by equals", () => {
    const policy = bestTargets();
    expect(values(policy.targets(view([1, 1, 1, 0], { rewards: tf.tensor2d([[-1, -1, -2, 4]]) })))).toEqual([
      0.5, 0.5, 0, 0,
    ]);
  });

  it("teacher: softmax of the reference's log-probabilities over the temperature", () => {
    const policy = teacherTargets({ temperature: 2 });
    const [first, , third] = values(policy.targets(view([1, 1, 0], { teacher: tf.tensor2d([[-1, -3, 0]]) })));
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
    expect(third).toBe(0);
  });
});

describe("Plackett–Luce", () => {
  const lossOf = (targets: readonly number[], scores: readonly number[], exists: readonly number[], options = {}) => {
    const given = { scores: tf.tensor2d([[...scores]]), beta: tf.tensor1d([0.5]) };
    return values(plackettLuce(options).loss(view(exists, {}, tf.tensor2d([[...targets]])), given).loss)[0]!;
  };

  it("ranks a missing candidate nowhere: of three with one missing, a pair is left", () => {
    expect(lossOf([0.2, 0, 0.8], [1, 1e4, 2], [1, 0, 1])).toBeCloseTo(Math.log1p(Math.exp(-0.5)), 5);
    expect(lossOf([0.2, 0, 0.8], [1, 1e4, 2], [1, 0, 1], { poly: 1, smoothing: 0.1 })).toSatisfy(Number.isFinite);
  });

  it("by rewards, or by the reference, ranks where targets are equal; a missing candidate is last whatever it has", () => {
    const ranked = (by: "targets" | "rewards" | "reference", measure: readonly number[]) => {
      const given = { scores: tf.tensor2d([[1, 7, 3, 2]]), beta: tf.tensor1d([1]) };
      const read = { measure: by === "targets" ? undefined : tf.tensor2d([[...measure]]) };
      return values(plackettLuce({ by }).loss(view([1, 0, 1, 1], read, tf.tensor2d([[1, 0, 0, 0]])), given).loss)[0]!;
    };
    const lossOf = (order: readonly number[]) =>
      order.slice(0, -1).reduce((sum, u, at) => {
        const left = order.slice(at).map((each) => Math.exp(each));
        return sum + (Math.log(left.reduce((a, b) => a + b)) - u) / (order.length - 1);
      }, 0);
    for (const by of ["rewards", "reference"] as const) {
      expect(ranked(by, [-200, 99, -400, -300])).toBeCloseTo(lossOf([1, 2, 3]), 5);
      expect(ranked(by, [-400, 99, -300, -200])).toBeCloseTo(lossOf([2, 3, 1]), 5);
      expect(ranked(by, [5, 99, 5, 5])).toBeCloseTo(lossOf([1, 3, 2]), 5); // of equals the earlier comes first
    }
    expect(ranked("targets", [-400, 99, -300, -200])).toBeCloseTo(lossOf([1, 3, 2]), 5);
  });

  it("reads what it ranks by, and nothing else", () => {
    const readOf = (by?: "targets" | "rewards" | "reference") => plackettLuce({ by }).needs!.measure;
    expect(readOf()).toBeUndefined();
    expect(readOf("targets")).toBeUndefined();
    expect(readOf("rewards")).toBe(rewards);
    expect(requestKey(readOf("reference")!)).toBe(requestKey(sequenceSum(tokenLogProb("reference"))));
    expect(plackettLuce({ by: "rewards" }).options).toMatchObject({ by: "rewards" });
  });

  it("the Poly term adds ε (1 − e^−ℓ); smoothing moves the aim to the mean of those that are left", () => {
    const pair = Math.log1p(Math.exp(-0.5));
    expect(lossOf([0.2, 0.8], [1, 2], [1, 1], { poly: 2 })).toBeCloseTo(pair + 2 * (1 - Math.exp(-pair)), 5);
    expect(lossOf([0.2, 0.8], [1, 2], [1, 1], { smoothing: 0.5 })).toBeCloseTo(pair + 0.5 * 0.25, 5);
  });
});

describe("the divergence of tokens", () => {
  it("counts the tokens of the candidates that are among those asked for", () => {
    const { batch } = testView({});
    const rows = batch.prompts * batch.groupSize;
    const among = tf.tensor2d(
      Array.from({ length: batch.prompts }, (_, p) => Array<number>(batch.groupSize).fill(p % 2)),
    );
    const term = tokenDivergence({ among: {} as never });
    const odd = values(tf.sum(batch.responseMask, 1)).filter((_, row) => Math.floor(row / batch.groupSize) % 2 === 1);
    const count = term.count({ batch, read: { among } } as never) as tf.Tensor;
    expect(rows).toBeGreaterThan(odd.length);
    expect(values(count)[0]).toBe(odd.reduce((sum, length) => sum + length, 0));
  });

  it("is finite, and so is its gradient, where e^d is not", () => {
    const { excess } = tokenDivergence().needs as unknown as Record<
      string,
      { readonly compute: (view: object) => tf.Tensor }
    >;
    const at = (policy: tf.Tensor) => excess!.compute({ read: { policy, reference: tf.tensor1d([0, 0, 0]) } });
    const given = tf.tensor1d([-300, -1, 20]);
    const [far, near, over] = values(at(given));
    expect(far).toSatisfy(Number.isFinite);
    expect(near).toBeCloseTo(Math.E - 2, 5);
    expect(over).toBeCloseTo(19, 4);
    const slopes = values(tf.grad((x) => at(x))(given));
    expect(slopes[0]).toSatisfy(Number.isFinite);
    expect(slopes[1]).toBeCloseTo(1 - Math.E, 5);
  });
});

describe("groups that failed", () => {
  const weigh = (succeeded: number[][]) =>
    values(
      withoutFailed().emphasize({
        batch: { prompts: succeeded.length },
        read: { succeeded: tf.tensor2d(succeeded) },
      } as never).weight,
    );
  it("weigh nothing, so that the loss is a mean of the others; if all failed there is none", () => {
    expect(weigh([[1, 1], [0, 0], [1, 1], [0, 0]])).toEqual([2, 0, 2, 0]); // prettier-ignore
    expect(weigh([[0, 0], [0, 0]])).toEqual([0, 0]); // prettier-ignore
  });
});
