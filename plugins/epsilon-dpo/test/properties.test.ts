/** Properties of the method, on given logits. P1 … P10 are the names they have in its specification. */
import { difference, evaluate, reader } from "@tokenwise/testkit";
import { betaController, dpo, expectShape, tf, tokenLogProb, weighter, type PerToken } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { epsilonBeta, epsilonDpo } from "../src/index.ts";
import { tilted } from "../src/tilted.ts";
import { marginAt } from "./margin-at.ts";
import { givenPairs, growing, pairOf, peaked, shrinking, type Pair } from "./pairs.ts";

const pairs = Array.from({ length: 12 }, (_, index) => pairOf(0.7 * index));
const stepsOf = (given: readonly Pair[], epsilon: number): readonly number[] =>
  evaluate(epsilonDpo({ beta: 0.1, epsilon }), [givenPairs(given)]).metrics["epsilon-beta/step"]!;
const changed = (
  given: readonly Pair[],
  change: (logits: readonly number[], model: "policy" | "reference") => readonly number[],
) =>
  given.map((pair) =>
    pair.map((row) =>
      row.map(({ policy, reference, id }) => ({
        id,
        policy: change(policy, "policy"),
        reference: change(reference, "reference"),
      })),
    ),
  ) as unknown as Pair[];

describe("ε-DPO", () => {
  it("is tested on pairs of which some have s = +1, some −1", () => {
    expect(new Set(stepsOf(pairs, 0.01))).toEqual(new Set([1, -1]));
    expect(stepsOf([growing, shrinking, peaked], 0.01)).toEqual([1, -1, 0]);
  });

  it("P1: is DPO where s = 0, and for ε → 0", () => {
    for (const [given, epsilon] of [
      [[peaked, peaked], 0.3],
      [pairs, 1e-7],
    ] as const) {
      const [own, plain] = [epsilonDpo({ beta: 0.1, epsilon }), dpo({ beta: 0.1 })].map((method) =>
        evaluate(method, [givenPairs(given)]),
      );
      expect(difference(own!.losses, plain!.losses)).toBeLessThan(1e-6);
    }
  });

  it.each([1e-4, 0.01, 0.3, 0.9])(
    "P2: for a policy equal to the reference, s = 0 for every pair, the loss log 2 and β unchanged; ε = %f",
    (epsilon) => {
      const same = changed(pairs, (logits) => logits).map(
        (pair) =>
          pair.map((row) => row.map(({ policy, id }) => ({ policy, reference: policy, id }))) as unknown as Pair,
      );
      const method = epsilonDpo({ epsilon });
      const { losses, metrics, states } = evaluate(method, [givenPairs(same)]);
      expect(metrics["epsilon-beta/step"]).toEqual(same.map(() => 0));
      losses.forEach((loss) => expect(loss).toBeCloseTo(Math.LN2, 6));
      expect(states.get(method.beta)).toEqual({ beta: 0.01 });
    },
  );

  it("P3: exchanging chosen and rejected negates s and every margin", () => {
    const exchanged = pairs.map(([chosen, rejected]): Pair => [rejected, chosen]);
    expect(stepsOf(exchanged, 0.05)).toEqual(stepsOf(pairs, 0.05).map((step) => (step === 0 ? 0 : -step)));
    for (const tilt of [-0.2, 0, 0.2])
      expect(
        difference(
          marginAt(tilt, exchanged),
          marginAt(tilt, pairs).map((z) => -z),
        ),
      ).toBeLessThan(1e-6);
  });

  it("P4: a constant added to the logits of a position, and what stands in the padding, change nothing", () => {
    const method = epsilonDpo({ beta: 0.1, epsilon: 0.1 });
    const plain = evaluate(method, [givenPairs(pairs)]);
    const shifted = changed(pairs, (logits, model) => logits.map((logit) => logit + (model === "policy" ? 3 : -2)));
    for (const given of [givenPairs(shifted), givenPairs(pairs, 17)]) {
      const result = evaluate(method, [given]);
      expect(result.beta).toEqual(plain.beta);
      expect(difference(result.losses, plain.losses)).toBeLessThan(1e-5);
    }
  });

  it("P4: the order of the pairs permutes s and leaves the step of β", () => {
    const method = epsilonDpo({ beta: 0.1, epsilon: 0.1 });
    const [one, other] = [pairs, pairs.toReversed()].map((given) => evaluate(method, [givenPairs(given)]));
    expect(other!.beta.toReversed()).toEqual(one!.beta);
    expect(other!.states.get(method.beta)).toEqual(one!.states.get(method.beta));
  });

  it("P5: for small ε, s is the sign of the margin's slope in the tilt, where that is not tiny", () => {
    const slopes = marginAt(0.02, pairs).map((z, pair) => (z - marginAt(-0.02, pairs)[pair]!) / 0.04);
    const steps = stepsOf(pairs, 1e-3);
    const clear = slopes.flatMap((slope, pair) => (Math.abs(slope) > 0.05 ? [pair] : []));
    expect(clear.length).toBeGreaterThan(6);
    expect(clear.map((pair) => steps[pair])).toEqual(clear.map((pair) => Math.sign(slopes[pair]!)));
  });

  it("P6: the gradient is that of DPO at β of the pair held fixed: none flows through the check", () => {
    const method = epsilonDpo({ beta: 0.5, epsilon: 0.3 });
    const own = evaluate(method, [givenPairs(pairs)]);
    const fixed = betaController({ name: "fixed", control: () => ({ beta: tf.tensor1d([...own.beta]) }) });
    const held = evaluate({ ...dpo(), beta: fixed }, [givenPairs(pairs)]);
    const [gradient, expected] = [own, held].map(({ gradients }) => [...gradients.policy[0]!.dataSync()]);
    expect(gradient).toEqual(expected);
  });

  it("P6: and equals central differences of the loss with that β", () => {
    const { beta, gradients } = evaluate(epsilonDpo({ beta: 0.5, epsilon: 0.3 }), [givenPairs([growing, shrinking])]);
    const fixed = betaController({ name: "fixed", control: () => ({ beta: tf.tensor1d([...beta]) }) });
    const given = givenPairs([growing, shrinking]);
    const { policy: logits, reference } = given.logits as Record<"policy" | "reference", tf.Tensor>;
    const at = (index: number, step: number): number => {
      const values = Float32Array.from(logits.dataSync());
      values[index]! += step;
      const policy = tf.tensor(values, logits.shape);
      return evaluate({ ...dpo(), beta: fixed }, [{ ...given, logits: { policy, reference } }]).loss;
    };
    const numeric = Array.from({ length: logits.size }, (_, index) => (at(index, 0.02) - at(index, -0.02)) / 0.04);
    expect(difference([...gradients.policy[0]!.dataSync()], numeric)).toBeLessThan(1e-3);
  });

  it("P7: β takes the same step from three micro-batches as from one, of equal sizes or not", () => {
    for (const update of ["code", "paper"] as const) {
      const method = epsilonDpo({ beta: 0.1, epsilon: 0.1, update });
      const betaAfter = (...cuts: (readonly Pair[])[]) =>
        evaluate(
          method,
          cuts.map((cut) => givenPairs(cut)),
        ).states.get(method.beta);
      const whole = betaAfter(pairs);
      expect(betaAfter(pairs.slice(0, 4), pairs.slice(4, 8), pairs.slice(8))).toEqual(whole);
      expect(betaAfter(pairs.slice(0, 1), pairs.slice(1, 9), pairs.slice(9))).toEqual(whole);
    }
  });

  it("P8: deciding β changes no state: it is read, frozen, and the same decision follows", () => {
    const method = epsilonDpo({ beta: 0.1, epsilon: 0.1 });
    const states = new Map([[method.beta, Object.freeze({ beta: 0.07 })]]);
    const [one, other] = [0, 1].map(() => evaluate(method, [givenPairs(pairs)], { training: false, states }));
    expect(one!.beta).toEqual(other!.beta);
    expect(one!.metrics["epsilon-beta/beta"]![0]).toBeCloseTo(0.07, 7);
  });

  it.each(["code", "paper"] as const)(
    "P9: after n steps of s = ±1 for all, β is β₀ (1 ± ε)⁻ⁿ; update as the %s",
    (update) => {
      const { state } = epsilonBeta({ beta: 0.01, epsilon: 0.01, update });
      const after = (positive: number, negative: number, steps: number) => {
        const share = (mean: number) => ({ mean, standardDeviation: 0, count: 8 });
        const signal = { positive: share(positive), negative: share(negative) };
        let value = state!.init();
        for (let step = 1; step <= steps; step++) value = state!.update(value, { step, signal });
        return (value as { beta: number }).beta;
      };
      expect(after(1, 0, 100) / (0.01 * 1.01 ** -100)).toBeCloseTo(1, 12);
      expect(after(0, 1, 100) / (0.01 * 0.99 ** -100)).toBeCloseTo(1, 12);
      expect(after(0, 0, 100)).toBe(0.01);
    },
  );

  it("P10: tilted by −1 the policy is the reference, by 0 itself, token by token", () => {
    const given = givenPairs(pairs);
    const read = reader(given);
    const values = (request: Parameters<typeof read>[0]) => [
      ...tf.mul(read(request) as PerToken, given.batch.responseMask).dataSync(),
    ];
    expect(difference(values(tilted({ tilt: -1 })), values(tokenLogProb("reference")))).toBeLessThan(1e-6);
    expect(values(tilted({ tilt: 0 }))).toEqual(values(tokenLogProb("policy")));
  });

  it("the check does not see token weights: they scale the score, not s", () => {
    const doubled = weighter({
      name: "double",
      weigh: ({ batch }) => ({ reward: tf.mul(2, tf.onesLike(batch.responseMask)) }),
    });
    const method = epsilonDpo({ beta: 0.1, epsilon: 0.1 });
    const [plain, weighed] = [method, { ...method, weighter: doubled }].map((each) =>
      evaluate(each, [givenPairs(pairs)]),
    );
    expect(weighed!.beta).toEqual(plain!.beta);
    expect(
      difference(
        weighed!.scores.flat(),
        plain!.scores.flat().map((score) => 2 * score),
      ),
    ).toBeLessThan(1e-6);
  });

  it("hands over tensors of one value per pair", () => {
    const part = epsilonBeta();
    const read = reader(givenPairs(pairs));
    const needs = Object.fromEntries(Object.entries(part.needs!).map(([name, request]) => [name, read(request!)]));
    const { beta, signal, metrics } = part.control({ read: needs, state: { beta: 0.01 } } as never);
    for (const tensor of [beta as tf.Tensor, ...Object.values(signal!), ...Object.values(metrics!)])
      expectShape(tensor, [pairs.length], "epsilon-beta");
  });
});
