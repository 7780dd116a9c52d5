/** The worked example of the method's specification, by hand in 64 bits: four candidates of one prompt. */
import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { difference, evaluate } from "@tokenwise/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { adpo, groupTargets, type Options } from "../src/index.ts";
import { scoresTable } from "./groups.ts";

const [policy, anchor] = [
  [-12, -10.5, -11.2, -13],
  [-11.5, -11, -11.4, -12.4],
];
const rewards = [1, 0, 1, -0.2];
const run = (options: Options = {}) => evaluate(adpo(options), [scoresTable(policy, anchor, rewards)]);
const targetsOf = (targets: Options["targets"], values: readonly (number | null)[]) => {
  const zeros = values.map((value) => value && 0);
  const { batch, values: given } = scoresTable(zeros, zeros, values);
  const read = { rewards: given![2]![1] };
  return [...groupTargets({ targets }).targets({ batch, read }).dataSync()];
};

beforeAll(() => useBackend("cpu"));

describe("the worked example", () => {
  it("anchored scores, targets, cross-entropy, KL and the slopes (p̃ − q)/τ", () => {
    const { rewards: u, targets, loss, metrics, gradients } = run();
    expect(difference(u[0]!, [-0.625, 0.625, 0.25, -0.75])).toBeLessThan(1e-6);
    expect(difference(targets[0]!, [0.483661, 0.021283, 0.483661, 0.011395])).toBeLessThan(1e-5);
    expect(loss).toBeCloseTo(1.602108, 5);
    expect(metrics["listwise/kl"]![0]).toBeCloseTo(0.766548, 5);
    const slopes = [...gradients.policy[0]!.dataSync()];
    expect(difference(slopes, [-0.443736, 0.534782, -0.218742, 0.127696])).toBeLessThan(1e-5);
    expect(slopes.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 6);
  });

  it("raw targets", () => {
    expect(difference(targetsOf({ kind: "raw" }, rewards), [0.449226, 0.060796, 0.449226, 0.040753])).toBeLessThan(
      1e-5,
    );
  });

  it("Plackett–Luce, of equal targets the earlier candidate first", () => {
    const ranked = (places?: number) => run({ loss: { kind: "plackett-luce", places } }).loss;
    expect(ranked()).toBeCloseTo(1.104553, 5);
    expect(ranked(1)).toBeCloseTo(2.050491, 5);
    expect(ranked(2)).toBeCloseTo((2.050491 + 1.037754) / 2, 5);
  });

  it.each<readonly [NonNullable<Options["targets"]>, readonly number[]]>([
    [{ kind: "z-score" }, [1, 0, 0.9, -0.2]],
    [{ kind: "hard" }, [1, 0, 0.9, -0.2]],
    [{ kind: "raw" }, [0, -120, -60, -200]], // all targets but the first are 0 in 32 bits
    [{ kind: "kde" }, [1, 0, 1 - 1e-6, -3e4]],
  ])("Plackett–Luce ranks by the rewards, not by what is left of them in the targets: %j of %j", (targets, given) => {
    const ranked = adpo({ targets, loss: { kind: "plackett-luce" } });
    expect(evaluate(ranked, [scoresTable(policy, anchor, given)]).loss).toBeCloseTo(1.104553, 5);
  });

  it("Plackett–Luce with a teacher ranks by its log-probabilities, also where its probabilities are 0 in 32 bits", () => {
    const teacher = [-10, -300, -200, -400];
    const options: Options = { targets: { kind: "teacher" }, anchor: { kind: "uniform" }, tau: 1 };
    const ranked = adpo({ ...options, loss: { kind: "plackett-luce" } });
    expect(evaluate(ranked, [scoresTable([-0.625, 0.625, 0.25, -0.75], teacher, rewards)]).loss).toBeCloseTo(1.104553, 5); // prettier-ignore
  });

  it("at the anchor the loss is log P", () => {
    expect(evaluate(adpo(), [scoresTable(anchor, anchor, rewards)]).loss).toBeCloseTo(1.386294, 6);
  });

  it("KDE: an outlier a hundred times as far away changes nothing; z-scores are washed out", () => {
    const given = [1, 0.2, 0.5, -30];
    const kde = { kind: "kde", temperature: 1, bandwidth: 0.5 } as const;
    const expected = [0.651766, 0.119205, 0.208816, 0.020213];
    expect(difference(targetsOf(kde, given), expected)).toBeLessThan(2e-6);
    expect(difference(targetsOf(kde, [1, 0.2, 0.5, -3000]), expected)).toBeLessThan(2e-6);
    const [robust, further] = [-30, -3000].map((outlier) => targetsOf({ kind: "kde" }, [1, 0.2, 0.5, outlier]));
    expect(difference(robust!, further!)).toBeLessThan(1e-5);
    const scores = [0.350308, 0.315497, 0.328126, 0.006068];
    expect(difference(targetsOf({ kind: "z-score" }, given), scores)).toBeLessThan(1e-5);
  });

  it("KDE by default is as wide as the rewards deviate from their median, or as they range where half are equal", () => {
    const by = (values: readonly number[]) => targetsOf({ kind: "kde" }, values);
    expect(difference(by([0.3, -1, 0.9, 0.1, 2]), [0.069997, 0.010199, 0.161932, 0.052315, 0.705557])).toBeLessThan(1e-5); // prettier-ignore
    expect(difference(by([1, 1, 1, -2]), [0.318415, 0.318415, 0.318415, 0.044756])).toBeLessThan(1e-5);
  });

  it.each([
    [1, 0.661295],
    [0.8, 0.674245],
    [0.5, 0.693671],
  ])("pairwise with P(first is better) = %f: %f", (p, loss) => {
    const options: Options = { tau: 10, targets: { kind: "first", smoothing: 1 - p } };
    expect(evaluate(adpo(options), [scoresTable([0.647527, 0], [0, 0], [0, 0])]).loss).toBeCloseTo(loss, 5);
  });

  it("the soft label of a reward gap of 1 is σ(1/β_r)", () => {
    expect(targetsOf({ kind: "raw" }, [1, 0])[0]).toBeCloseTo(0.880797, 6);
  });

  it("knowledge distillation at T = 2", () => {
    const options: Options = {
      tau: 2,
      targets: { kind: "teacher", temperature: 2 },
      anchor: { kind: "uniform" },
    };
    expect(evaluate(adpo(options), [scoresTable([1, 0.7, 0], [2, 0.5, -1], [0, 0, 0])]).loss).toBeCloseTo(1.01069, 5);
  });

  it("the optimum on the candidates is π_anchor q^τ: there the policy is the target and the slope 0", () => {
    const q = run().targets[0]!;
    const best = anchor.map((s, i) => s + 0.8 * Math.log(q[i]!));
    const weights = best.map((s) => Math.exp(s - Math.max(...best)));
    const sum = weights.reduce((a, b) => a + b);
    expect(
      difference(
        weights.map((w) => w / sum),
        [0.442293, 0.059931, 0.48881, 0.008966],
      ),
    ).toBeLessThan(1e-5);
    const { metrics, gradients } = evaluate(adpo(), [scoresTable(best, anchor, rewards)]);
    expect(metrics["listwise/kl"]![0]).toBeCloseTo(0, 6);
    expect(tf.max(tf.abs(gradients.policy[0]!)).dataSync()[0]).toBeLessThan(1e-6);
  });
});
