/** Formulas by hand where goldens do not go: other options, limits of what is finite, steps of one pair, draws of the filter. */
import { compose, constantBeta, implicitReward, stopGradient, tf, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { difference, evaluate } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  aot,
  apo,
  betaDpo,
  cpo,
  exo,
  fDivergence,
  fDpo,
  gapFilter,
  hinge,
  ipo,
  ldDpo,
  lengthNormalizedDpo,
  nca,
  odpo,
  robust,
  sigmoidLoss,
  sppo,
  wpo,
  wpoWeight,
} from "../src/index.ts";
import { gaps, mean, policy, ratios, reference, run, softplus, sum } from "./given.ts";
import { matched } from "../src/matched.ts";
import { rows } from "./trl.ts";

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const beta = 0.8;
const [h, chosen, rejected] = [
  gaps(ratios).map((gap) => beta * gap),
  [0, 2].map((at) => beta * ratios[at]!),
  [1, 3].map((at) => beta * ratios[at]!),
] as const;
/** By pair, of r_w, r_l and h. */
const each = (loss: (w: number, l: number, h: number) => number): number[] =>
  h.map((margin, pair) => loss(chosen[pair]!, rejected[pair]!, margin));
const lengths = policy.map(({ length }) => length);
const perToken = ratios.map((ratio, row) => ratio / lengths[row]!);

describe.each(inject("backends"))("formulas by hand, on %s", (backend) => {
  const tolerance = backend === "cpu" ? 1e-6 : 1e-5;
  beforeAll(() => useBackend(backend));
  const near = (actual: readonly number[], expected: readonly number[]) =>
    expect(difference(actual, expected)).toBeLessThan(tolerance);

  it.each<[string, Method, readonly number[]]>([
    ["hinge, of margins below and above 1", hinge({ beta }), each((_w, _l, x) => Math.max(0, 1 - x))],
    ["hinge, where one margin is past 1", hinge({ beta: 4 }), gaps(ratios).map((gap) => Math.max(0, 1 - 4 * gap))],
    ["IPO by sums", ipo({ beta, length: "sum" }), gaps(ratios).map((gap) => (gap - 0.5 / beta) ** 2)],
    ["IPO by means", ipo({ beta }), gaps(perToken).map((gap) => (gap - 0.5 / beta) ** 2)],
    [
      "EXO with labels that are wrong more often",
      exo({ beta, labelSmoothing: 0.2 }),
      each((_w, _l, x) => sigmoid(x) * Math.log(sigmoid(x) / 0.8) + sigmoid(-x) * Math.log(sigmoid(-x) / 0.2)),
    ],
    ["NCA", nca({ beta }), each((w, l) => softplus(-w) + (softplus(w) + softplus(l)) / 2)],
    [
      "robust DPO",
      robust({ beta, labelSmoothing: 0.3 }),
      each((_w, _l, x) => (0.7 * softplus(-x) - 0.3 * softplus(x)) / 0.4),
    ],
    [
      "CPO, smoothed",
      cpo({ beta, lambda: 0, labelSmoothing: 0.1 }),
      gaps(policy.map(sum)).map((gap) => 0.9 * softplus(-beta * gap) + 0.1 * softplus(beta * gap)),
    ],
    ["SPPO", sppo({ beta }), each((w, l) => (w / beta - 0.5 / beta) ** 2 + (l / beta + 0.5 / beta) ** 2)],
    ["APO-zero", apo({ beta }), each((w, l) => 1 - sigmoid(w) + sigmoid(l))],
    ["APO-down", apo({ beta, anchor: "down" }), each((w, _l, x) => sigmoid(w) + 1 - sigmoid(x))],
    [
      "length-normalized DPO, smoothed",
      lengthNormalizedDpo({ beta, labelSmoothing: 0.1 }),
      gaps(perToken).map((gap) => 0.9 * softplus(-beta * gap) + 0.1 * softplus(beta * gap)),
    ],
    [
      "DPO under the α-divergence, by means and smoothed",
      fDpo({ beta, divergence: "alpha", alpha: 1.5, length: "mean", labelSmoothing: 0.1 }),
      gaps(ratios.map((ratio, row) => Math.exp(0.5 * ratio) / 0.5 / lengths[row]!)).map(
        (gap) => 0.9 * softplus(-beta * gap) + 0.1 * softplus(beta * gap),
      ),
    ],
  ])("%s", (_, method, expected) => near(run(method).losses, expected));

  it("LD-DPO: tokens past the shorter response of a pair weigh α, as far as they go", () => {
    const { weights, losses } = run(ldDpo({ beta, alpha: 0.25 }));
    expect(weights.reward).toEqual([[1, 1], [1, 1, 0.25], [1], [1, 0.25]]);
    const weighed = weights.reward.map((row, at) => sum(row.map((w, t) => w * (policy[at]![t]! - reference[at]![t]!))));
    near(losses, gaps(weighed).map((gap) => softplus(-beta * gap))); // prettier-ignore
  });

  it("f-divergences: exponents go up to 40, beyond which scores are finite and have no slope", () => {
    // log u of 60 and −60 in the first pair
    const extreme = [[-1, 58.5], [-63, -0.5, -0.5], policy[2], policy[3]]; // prettier-ignore
    const scored = (options: Parameters<typeof fDivergence>[0]) => {
      const scorer = fDivergence(options);
      return run(compose({ beta: constantBeta({ beta }), scorer, loss: sigmoidLoss() }), {}, { of: extreme })
        .scores[0]!;
    };
    near(scored({ divergence: "forward-kl" }), [-Math.exp(-60), -Math.exp(40)]);
    near(scored({ divergence: "alpha", alpha: 2 }), [Math.exp(40), Math.exp(-60)]);
    near(scored({ divergence: "jensen-shannon" }), [-softplus(-60), -60]);
    near(scored({ divergence: "reverse-kl" }), [60, -60]);
  });

  it("the α-divergence at α = 1, and next to it, is the reverse KL, whose gradient does not vanish", () => {
    const expected = run(fDpo({ beta, divergence: "reverse-kl" }));
    for (const alpha of [1, 1 + 1e-9, 1 - 1e-9]) {
      const { losses, gradients } = run(fDpo({ beta, divergence: "alpha", alpha }));
      near(losses, expected.losses);
      near([...gradients.policy[0]!.dataSync()], [...expected.gradients.policy[0]!.dataSync()]);
    }
    expect(difference(run(fDpo({ beta, divergence: "alpha", alpha: 1.01 })).losses, expected.losses)).toBeGreaterThan(1e-4); // prettier-ignore
  });

  it("AOT compares what has the same rank in the step, with the slope of what it compares", () => {
    const log = (of: readonly (readonly number[])[]) => gaps(of.map(sum));
    const loss = (x: number) => 0.9 * softplus(-beta * x) + 0.1 * softplus(beta * x);
    const ranked = (u: readonly number[], v: readonly number[]) => {
      const [low, high] = v.toSorted((a, b) => a - b) as [number, number];
      return u[0]! < u[1]! ? [loss(u[0]! - low), loss(u[1]! - high)] : [loss(u[0]! - high), loss(u[1]! - low)];
    };
    near(run(aot({ beta, labelSmoothing: 0.1 })).losses, ranked(log(policy), log(reference)));
    const [w, l] = [[ratios[0]!, ratios[2]!], [ratios[1]!, ratios[3]!]]; // prettier-ignore
    near(run(aot({ beta, labelSmoothing: 0.1, paired: false })).losses, ranked(w, l));
  });

  it("values in the order of others keep their slopes, also where there is one alone", () => {
    const [v, u, weigh] = [tf.tensor1d([1, 5, 3]), tf.tensor1d([0.2, 0.1, 0.9]), tf.tensor1d([1, 10, 100])];
    expect([...matched(v, u).dataSync()]).toEqual([3, 1, 5]);
    const slope = tf.grad((x) => tf.sum(tf.mul(weigh, matched(x as tf.Tensor1D, stopGradient(u)))));
    expect([...slope(v).dataSync()]).toEqual([10, 100, 1]);
    const one = tf.tensor1d([7]);
    expect([...matched(one, u.slice(0, 1)).dataSync()]).toEqual([7]);
    expect([
      ...tf
        .grad((x) => tf.sum(matched(x as tf.Tensor1D, one)))(one)
        .dataSync(),
    ]).toEqual([1]);
  });

  it("ODPO refuses rewards against the preference in any pair, and takes equal ones", () => {
    expect(() => run(odpo(), {}, { rewarded: [1, 3, 0.5, 0.25] })).toThrow(
      "given:1: the preferred response is rewarded 2 less than the other",
    );
    expect(() => run(odpo(), {}, { rewarded: [1, 1, 1, 1] })).not.toThrow();
  });
});

describe("the filter of β-DPO", () => {
  const filtered = (options: Parameters<typeof gapFilter>[0]): Method => ({
    ...compose({ beta: constantBeta({ beta: 0.1 }), scorer: implicitReward(), loss: sigmoidLoss() }),
    emphasis: gapFilter(options),
  });
  const draws = (method: Method, state: { readonly mean: number; readonly deviation: number }, steps = 40) =>
    Array.from({ length: steps }, (_, step) => run(method, { step: step + 1, states: new Map([[method.emphasis!, state]]) }).emphasis); // prettier-ignore
  const [first, second] = gaps(ratios) as [number, number];

  it.each([
    [0.01, [0, 2]],
    [0.8, [0, 2]],
    [0.999, [0, 2]],
  ])("keeps one of two pairs where its share is %d: less than two, and at least one", (keep, expected) => {
    expect([...run(filtered({ keep })).emphasis].sort()).toEqual(expected);
  });

  it("tells which pairs are kept, in training and in evaluation", () => {
    const { metrics, emphasis } = run(filtered({ keep: 0.5 }));
    expect(metrics["gap-filter/kept"]).toEqual(emphasis.map((weight) => (weight > 0 ? 1 : 0)));
    expect(run(filtered({ keep: 0.5 }), { training: false }).metrics["gap-filter/kept"]).toEqual([1, 1]);
  });

  it("follows the gaps also where all pairs are kept", () => {
    const method = filtered({ beta: 1, keep: 1, momentum: 0 });
    expect(run(method).states.get(method.emphasis!)).toEqual({
      mean: expect.closeTo((first + second) / 2, 5) as number,
      deviation: expect.closeTo(Math.abs(first - second) / 2, 5) as number,
    });
  });

  it("keeps either pair where gaps vary so much that none is unusual", () => {
    const kept = draws(filtered({ keep: 0.5, beta: 1 }), { mean: first, deviation: 1e3 });
    const count = kept.filter(([weight]) => weight! > 0).length;
    expect(count).toBeGreaterThan(8);
    expect(count).toBeLessThan(32);
  });

  it("keeps the pair of the running mean where gaps have not varied", () => {
    const kept = draws(filtered({ keep: 0.5, beta: 1 }), { mean: second, deviation: 0 }, 10);
    expect(kept).toEqual(kept.map(() => [0, 2]));
  });
});

describe("β-DPO", () => {
  it("gives its parts its options", () => {
    const { beta, emphasis } = betaDpo({ beta: 2, alpha: 0.3, momentum: 0.5, keep: 0.75 });
    expect(beta.options).toEqual({ beta: 2, alpha: 0.3, momentum: 0.5 });
    expect(emphasis!.options).toEqual({ beta: 2, momentum: 0.5, keep: 0.75 });
  });

  it("tells the gaps and β", () => {
    const { metrics, beta } = run(betaDpo({ beta: 0.5, keep: 1 }));
    expect(difference(metrics["batch-beta/gap"]!, gaps(ratios).map((gap) => 0.5 * gap))).toBeLessThan(1e-6); // prettier-ignore
    expect(metrics["batch-beta/beta"]).toEqual(beta);
    expect(mean(beta)).not.toBe(0.5);
  });
});

describe("WPO", () => {
  it("tells the weights, one a pair, made of one number a response", () => {
    const { metrics, emphasis } = evaluate(wpo(), [rows()]);
    expect(metrics["wpo-weight/weight"]).toEqual(emphasis);
    expect(new Set(emphasis).size).toBe(3);
    expect(wpoWeight().needs!.alignment).toMatchObject({ axes: "P,G" });
  });
});
