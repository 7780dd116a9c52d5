import {
  compose,
  constantBeta,
  dpo,
  forwardKl,
  implicitReward,
  logistic,
  logRatio,
  tf,
  tokenLogProb,
  type PerToken,
} from "@tokenwise/kit";
import { difference, evaluate, lossOf, reader, type Given } from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { maskedTdpo, maskNetwork, maskNorm, maskOf, sparseMasks } from "../src/index.ts";
import { constantMasks, divergences, ratios, someLogits, toyBatch, toyTable } from "./toy-pair.ts";

beforeAll(() => useBackend("cpu"));

const tdpo1 = (beta: number) =>
  compose({ beta: constantBeta({ beta }), scorer: implicitReward({ divergence: 1 }), loss: logistic() });
const gradientOf = (method: ReturnType<typeof dpo>, given = someLogits()) =>
  evaluate(method, [given]).gradients.policy[0]!;
const zeros = (x: tf.Tensor) => [...x.dataSync()].every((value) => value === 0);

describe("the worked example of the specification, β = 0.8", () => {
  const given: Given = {
    batch: toyBatch(),
    values: [
      [tokenLogProb("policy"), toyTable(ratios)],
      [tokenLogProb("reference"), toyTable([[0, 0], [0, 0]])], // prettier-ignore
      [forwardKl, toyTable(divergences)],
    ],
  };
  const common = [
    [0.5, 0],
    [1.2, 0.3],
  ];
  const other = [
    [0, 2],
    [0.7, 0],
  ];
  const ones = [
    [1, 1],
    [1, 1],
  ];
  const none = [
    [0, 0],
    [0, 0],
  ];
  it.each([
    ["ones", ones, ones, 0, 0.471741],
    ["m_u = 1, m_d = 0, which is DPO", ones, none, 0, 0.467311],
    ["a common mask", common, common, 0, 0.578958],
    ["a common mask with λ = 0.001 each, halved", common, common, 0.0005, 0.580958],
    ["two masks", common, other, 0, 0.571703],
    ["two masks with λ = 0.001 each", common, other, 0.001, 0.576403],
    ["zeros", none, none, 0, 0.693147],
  ] as const)("%s", (_, reward, divergence, penalty, loss) => {
    const masks = constantMasks(toyTable(reward), toyTable(divergence));
    const auxiliaries = [maskNorm("reward", penalty), maskNorm("divergence", penalty)];
    expect(evaluate({ ...maskedTdpo(masks, 0.8), auxiliaries }, [given]).loss).toBeCloseTo(loss, 5);
  });

  it("the mask network: values, and none where the signs of its heads are turned", () => {
    const states = tf.tensor4d([1, 3, 2, -2], [2, 1, 1, 2]);
    const mask = (sign: number) =>
      maskOf(
        {
          scale: tf.ones([2]),
          shift: tf.zeros([2]),
          weight: tf.mul(sign, tf.tensor2d([[-0.5, 0.25], [0.5, -0.75]])), // prettier-ignore
          bias: tf.tensor1d([0.1, 0]),
          mix: tf.tensor1d([0.6, 0.8]),
        },
        states,
        tf.ones([1, 1]),
        sparseMasks.options.parse({}),
      ).dataSync()[0]!;
    expect(mask(1)).toBeCloseTo(1.509997, 5);
    expect(mask(-1)).toBe(0);
  });
});

describe("masks of the loss", () => {
  it("m_u = 1 and m_d = 0 is DPO, all ones TDPO-1, each with its gradient", () => {
    for (const [masks, base] of [
      [constantMasks(1, 0), dpo({ beta: 0.3 })],
      [constantMasks(1, 1), tdpo1(0.3)],
    ] as const) {
      const method = maskedTdpo(masks, 0.3);
      expect(difference(evaluate(method, [someLogits()]).losses, evaluate(base, [someLogits()]).losses)).toBeLessThan(
        1e-6,
      );
      const [ours, theirs] = [gradientOf(method), gradientOf(base)].map((x) => [...x.dataSync()]);
      expect(difference(ours!, theirs!)).toBeLessThan(1e-6);
    }
  });

  it("all zero is log 2 without a gradient, and so is a policy that is the reference", () => {
    const dead = maskedTdpo(constantMasks(0, 0), 0.3);
    expect(evaluate(dead, [someLogits()]).losses).toEqual([Math.fround(Math.LN2), Math.fround(Math.LN2)]);
    expect(zeros(gradientOf(dead))).toBe(true);
    const given = someLogits();
    const { reference } = given.logits!;
    const same = { ...given, logits: { policy: reference, reference: reference } };
    evaluate(maskedTdpo(constantMasks(0.7, 1.3), 2), [same]).losses.forEach((loss) =>
      expect(loss).toBeCloseTo(Math.LN2, 6),
    );
  });

  it("c times both masks is c times β", () => {
    const loss = (masks: number, beta: number) =>
      evaluate(maskedTdpo(constantMasks(masks, 2 * masks), beta), [someLogits()]).losses;
    expect(difference(loss(3, 0.2), loss(1, 0.6))).toBeLessThan(1e-6);
  });

  it("the divergence of the chosen response is rewarded, that of the rejected one penalized", () => {
    const margin = (divergence: number) =>
      evaluate(maskedTdpo(constantMasks(1, divergence), 1), [someLogits()]).scores.map(([s, other]) => [s!, other!]);
    const [plain, with1] = [margin(0), margin(1)];
    plain.forEach((pair, prompt) => pair.forEach((score, side) => expect(with1[prompt]![side]).toBeGreaterThan(score)));
  });

  it("the norm is |m| over response tokens, a mean over pairs, with no gradient at 0", () => {
    const { batch } = someLogits();
    const norm = maskNorm("divergence", 1);
    const view = { batch } as never;
    const mask: PerToken = tf.tensor2d([[1, -2, 0, 9], [0, 3, 9, 9], [0.5, 9, 9, 9], [1, 0, 0, 1]]); // prettier-ignore
    const sum = (x: PerToken) => norm.sum(view, { reward: tf.zerosLike(x), divergence: x });
    expect(sum(mask).dataSync()[0]).toBe(8.5);
    expect(norm.count(view)).toBe(2);
    const gradient = tf
      .grad((x) => sum(x))(mask)
      .arraySync();
    expect(gradient).toEqual([
      [1, -1, 0, 0],
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 1],
    ]);
  });

  it("log-ratio and divergence are of the tokens that they weigh, by finite differences of the masks", () => {
    const given = someLogits();
    const shape = given.batch.responseMask.shape;
    const read = reader(given);
    const [ratio, kl] = [read(logRatio), read(forwardKl)].map((x) => [...(x as tf.Tensor).dataSync()]);
    const mask = [...given.batch.responseMask.dataSync()];
    const at = (side: "reward" | "divergence", index: number, step: number) => {
      const values = Float32Array.from({ length: mask.length }, (_, i) => (i === index ? 1 + step : 1));
      const moved = tf.tensor(values, shape);
      const masks = side === "reward" ? constantMasks(moved, 1) : constantMasks(1, moved);
      return lossOf(maskedTdpo(masks, 1), [given]);
    };
    const { scores } = evaluate(maskedTdpo(constantMasks(1, 1), 1), [given]);
    mask.forEach((inside, index) => {
      const row = Math.floor(index / 4);
      const [chosen, rejected] = scores[Math.floor(row / 2)]!;
      const slope = ((row % 2 === 0 ? -1 : 1) / (1 + Math.exp(chosen! - rejected!)) / 2) * inside;
      const numeric = (side: "reward" | "divergence") => (at(side, index, 0.05) - at(side, index, -0.05)) / 0.1;
      expect(numeric("reward")).toBeCloseTo(slope * ratio![index]!, 3);
      expect(numeric("divergence")).toBeCloseTo(slope * kl![index]!, 3);
    });
  });
});

describe("masks of hidden states", () => {
  const model = { layers: 3, heads: 1, width: 4, vocabulary: 7, initializerRange: 0.5 };
  const options = sparseMasks.options.parse({});
  const states = (scale = 1, shift = 0) =>
    tf.add(tf.mul(scale, tf.randomNormal([3, 2, 5, 4], 0, 1, "float32", 4)), shift);
  const network = (init: "normal" | "positive" = "positive", seed = 3) => {
    const tree = maskNetwork({ ...options, init });
    if (!("mix" in tree)) throw new Error("no mixing of all layers");
    const of = (name: keyof typeof tree, index: number) => tree[name].init(model, seed + index);
    return {
      weight: of("weight", 0),
      bias: of("bias", 1),
      scale: of("scale", 2),
      shift: of("shift", 3),
      mix: of("mix", 4),
    };
  };
  const all = tf.ones([2, 5]);
  const values = (x: tf.Tensor) => [...x.dataSync()];

  it("are not negative, and begin near 1 with positive values", () => {
    for (let seed = 1; seed < 20; seed++)
      values(maskOf(network("normal", seed), states(), all, options)).forEach((m) =>
        expect(m).toBeGreaterThanOrEqual(0),
      );
    const small = { ...network(), weight: tf.mul(0.02, network().weight) };
    values(maskOf(small, states(), all, options)).forEach((m) => expect(Math.abs(m - 1)).toBeLessThan(0.1));
  });

  it("do not change with the scale or the level of a hidden state, nor with the order of the layers", () => {
    const plain = values(maskOf(network(), states(), all, options));
    expect(difference(values(maskOf(network(), states(7), all, options)), plain)).toBeLessThan(1e-4);
    expect(difference(values(maskOf(network(), states(1, 2), all, options)), plain)).toBeLessThan(1e-4);
    const turned = (x: tf.Tensor) => tf.reverse(x, 0);
    const { weight, bias, mix, ...norm } = network();
    const reversed = { ...norm, weight: turned(weight), bias: turned(bias), mix: turned(mix) };
    expect(difference(values(maskOf(reversed, turned(states()), all, options)), plain)).toBeLessThan(1e-5);
  });

  it("rescaled are 0 at the least and 1 at the largest of each response, 1 where all are equal, 0 outside", () => {
    const rescaled = { ...options, activation: "rescale" } as const;
    const inside = tf.tensor2d([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]); // prettier-ignore
    const [first, single] = maskOf(network(), states(), inside, rescaled).arraySync() as number[][];
    const raw = (maskOf(network(), states(), all, { ...options, activation: "none" }).arraySync() as number[][])[0]!;
    const [low, high] = [Math.min(...raw.slice(0, 3)), Math.max(...raw.slice(0, 3))];
    const expected = raw.map((value, at) => (at < 3 ? (value - low) / (high - low) : 0));
    expect(difference(first!, expected)).toBeLessThan(1e-5);
    expect(single).toEqual([1, 0, 0, 0, 0]);
  });

  it("of a reference with other layers or another width are refused", () => {
    const message = expect.stringContaining("hidden states of the reference") as string;
    const code = expect.objectContaining({ code: "TW_E_SHAPE", message }) as Error;
    expect(() => maskOf(network(), tf.ones([2, 2, 5, 4]), all, options)).toThrow(code);
    expect(() => maskOf(network(), tf.ones([3, 2, 5, 6]), all, options)).toThrow(code);
  });

  it("a common mask is the very same tensor for both weights, two masks are two, one side leaves the other", () => {
    const weigh = (masks: "common" | "independent" | "reward" | "divergence") => {
      const part = sparseMasks({ masks });
      const parameters = Object.fromEntries(
        Object.keys(part.parameters!).map((name, index) => [name, network("positive", 10 * index)]),
      );
      const batch = { ...toyBatch(), responseMask: all };
      const read = { states: tf.concat([tf.zeros([1, 2, 5, 4]), states()]) };
      return part.weigh({ batch, parameters, read } as never);
    };
    const { reward, divergence } = weigh("common");
    expect(reward).toBe(divergence);
    const two = weigh("independent");
    expect(values(two.reward!)).not.toEqual(values(two.divergence!));
    expect(Object.keys(two.metrics!)).toEqual(["reward-sparsity", "divergence-sparsity"]);
    expect(Object.keys(weigh("reward"))).toEqual(["reward", "metrics"]);
    expect(Object.keys(weigh("divergence"))).toEqual(["divergence", "metrics"]);
  });
});
