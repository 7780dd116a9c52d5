import { meanTokens, tf } from "@tokenwise/kit";
import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  pairOrder,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { maskedTdpo, maskNorm, maskOf, sparsePo } from "../src/index.ts";
import { objectiveOf, statesOf, tensorsOf, underTheirNames, validOf, type NetworkCase } from "./golden-network.ts";
import { givenMasks, masksOf, padded, type MaskCase, type Rows, type Side } from "./given-masks.ts";
import file from "./goldens/authors.json" with { type: "json" };

interface Case extends MaskCase {
  readonly name: string;
  readonly input: string;
  readonly authors_code: {
    readonly loss: number;
    readonly gradient: GoldenGradient;
    readonly maskGradient: Readonly<Partial<Record<Side, Rows | null>>>;
    readonly metrics: Readonly<Record<string, number>>;
  };
  readonly derived: Readonly<Record<"losses" | "u" | "delta" | "rewardSum" | "klSum", readonly number[]>>;
  readonly paper: Readonly<Record<"rewardsChosen" | "rewardsRejected", readonly number[]>>;
}
const cases = file.cases.filter((each) => "masks" in each) as unknown as readonly Case[];
const networks = file.cases.filter((each) => "network" in each) as unknown as readonly NetworkCase[];
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;

/** Of the method with these options, under masks that are given. */
function run(each: Case) {
  const { beta, lambdaU, lambdaD } = each.options;
  const masks = masksOf(each);
  const l1Reward = masks === "divergence" ? 0 : lambdaU; // the released code leaves out the norm of a side without a mask
  const l1Divergence = masks === "reward" ? 0 : lambdaD;
  const weighter = givenMasks(each, inputs[each.input]!);
  const method = { ...sparsePo({ beta, masks, l1Reward, l1Divergence }), weighter };
  return evaluate(method, [givenPairs(inputs[each.input]!)]);
}

describe.each(inject("backends"))("the authors' numbers on %s", (backend) => {
  const tolerance = { value: backend === "cpu" ? 1e-5 : 1e-4, gradient: 1e-4 };
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it.each(cases)("$name: loss and rewards", (each) => {
    const { loss, rewards } = run(each);
    expect(difference([loss], [each.authors_code.loss])).toBeLessThan(tolerance.value);
    const theirs = each.paper.rewardsChosen.map((chosen, pair) => [chosen, each.paper.rewardsRejected[pair]!]);
    expect(difference(rewards.flat(), theirs.flat())).toBeLessThan(tolerance.value);
  });

  it.each(cases)("$name: margins of the log-ratio's and of the divergence's part", (each) => {
    const given = inputs[each.input]!;
    const weighter = givenMasks(each, given);
    const zero = tf.zerosLike(givenPairs(given).batch.responseMask);
    const margins = (method: ReturnType<typeof maskedTdpo>) =>
      evaluate(method, [givenPairs(given)]).scores.map(([chosen, rejected]) => chosen! - rejected!);
    const whole = margins(maskedTdpo(weighter, 1));
    const ratio = margins(
      maskedTdpo({ ...weighter, weigh: (view) => ({ ...weighter.weigh(view), divergence: zero }) }, 1),
    );
    expect(difference(ratio, each.derived.u)).toBeLessThan(tolerance.value);
    const delta = ratio.map((u, pair) => u - whole[pair]!);
    expect(difference(delta, each.derived.delta)).toBeLessThan(10 * tolerance.value);
  });

  it.each(cases)("$name: gradients by the policy's logits and by the masks, none in the padding", (each) => {
    const given = inputs[each.input]!;
    const { gradients } = run(each);
    const { gradient, maskGradient } = each.authors_code;
    expect(gradientDifference(gradients.policy[0]!, gradient, given)).toBeLessThan(tolerance.gradient);
    const order = pairOrder(given.pairs);
    expect(Object.keys(gradients.parameters).length).toBeGreaterThan(0);
    for (const [name, ours] of Object.entries(gradients.parameters)) {
      expect(ours.shape[0]).toBe(order.length);
      const theirs = padded(maskGradient[name.replace("masks/", "") as Side]!, given, 0);
      expect(difference([...ours.dataSync()], [...theirs.dataSync()])).toBeLessThan(tolerance.gradient);
    }
  });

  it.each(cases)("$name: sparsity and norms as the released trainer logs them", (each) => {
    const given = inputs[each.input]!;
    const { batch } = givenPairs(given);
    const { metrics } = each.authors_code;
    const view = { batch, targets: undefined, preferred: undefined } as never;
    const short = { reward: ["rw", "u"], divergence: ["kl", "d"] } as const;
    for (const side of ["reward", "divergence"] as const) {
      if (metrics[`Weights/${short[side][0]}_chosen_sparsity`] === undefined) continue;
      const rows = each.masks[side] === "same as reward" ? each.masks.reward : each.masks[side];
      const mask = padded(rows as Rows, given, 0);
      const sparsity = meanTokens(tf.equal(mask, 0), batch).arraySync() as number[][];
      const mean = (index: number) => sparsity.reduce((sum, row) => sum + row[index]!, 0) / sparsity.length;
      expect(100 * mean(0)).toBeCloseTo(metrics[`Weights/${short[side][0]}_chosen_sparsity`]!, 3);
      expect(100 * mean(1)).toBeCloseTo(metrics[`Weights/${short[side][0]}_rejected_sparsity`]!, 3);
      const norm = maskNorm(side, 1);
      const sum = norm.sum(view, { reward: mask, divergence: mask }).dataSync()[0]!;
      const theirs = ["chosen", "rejected"].map((which) => metrics[`Weights/${short[side][1]}_${which}_l1_norm`]!);
      expect(sum / Number(norm.count(view))).toBeCloseTo(theirs[0]! + theirs[1]!, 4);
    }
  });

  it.each(networks)("$name: the network's masks, the zeros exactly", (each) => {
    const { mask: theirs } = each.authors_code;
    const mask = maskOf(tensorsOf(each), statesOf(each), validOf(each), optionsOf(each));
    const values = [...mask.dataSync()];
    expect(difference(values, theirs.flat())).toBeLessThan(tolerance.value);
    theirs.flat().forEach((value, at) => expect(values[at] === 0).toBe(value === 0));
  });

  it.each(networks)("$name: gradients by the network's parameters, none in a layer whose ReLU is off", (each) => {
    const { scale, shift, weight, bias, mix } = tensorsOf(each);
    const gradients = tf.grads((...[a, b, c, d, e]) => {
      const mask = maskOf(
        { scale: a!, shift: b!, weight: c!, bias: d!, mix: e! },
        statesOf(each),
        validOf(each),
        optionsOf(each),
      );
      return tf.sum(tf.mul(mask, objectiveOf(each)));
    })([scale, shift, weight, bias, mix]);
    const [dScale, dShift, dWeight, dBias, dMix] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const ours = underTheirNames({ scale: dScale, shift: dShift, weight: dWeight, bias: dBias, mix: dMix });
    const { l2, first } = each.authors_code.parameterGradients;
    expect(Object.keys(ours).sort()).toEqual(Object.keys(l2).sort());
    const names = Object.keys(l2);
    const norms = names.map((name) => Math.hypot(...ours[name]!));
    expect(
      difference(
        norms,
        names.map((name) => l2[name]!),
      ),
    ).toBeLessThan(tolerance.gradient);
    const firsts = names.map((name) => ours[name]![0]!);
    const largest = Math.max(...Object.values(l2));
    names.forEach((name, at) => expect(Math.abs(firsts[at]! - first[name]!) / largest).toBeLessThan(1e-4));
    names.forEach((name, at) => expect(norms[at] === 0).toBe(l2[name] === 0));
  });
});

const optionsOf = ({ network }: NetworkCase) => ({
  ...sparsePo.options.parse({}),
  layerActivation: "relu" as const,
  activation: network.mixerActivation === "resc" ? ("rescale" as const) : ("relu" as const),
});
