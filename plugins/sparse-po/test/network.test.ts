/** The tensors of a mask's network as they begin, and the masks of the last layer alone. */
import { hiddenStates, requestKey, tf, type ParameterSpec } from "@tokenwise/kit";
import { difference } from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { maskNetwork, maskOf, sparseMasks } from "../src/index.ts";

type Options = NonNullable<Parameters<typeof sparseMasks>[0]>;
const optionsOf = (options: Options) => sparseMasks.options.parse(options);
const model = { layers: 3, heads: 1, width: 400, vocabulary: 7, initializerRange: 0.5 };
const specsOf = (options: Options) => Object.entries<ParameterSpec>(maskNetwork(optionsOf(options)));
const begun = (options: Options, seed = 1) =>
  Object.fromEntries(specsOf(options).map(([name, spec]) => [name, spec.init(model, seed)]));
const values = (x: tf.Tensor | undefined): number[] => [...x!.dataSync()];

describe.each(inject("backends"))("the network of a mask, on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it("has a head for each layer, a norm and what mixes the heads; of the last layer alone one head", () => {
    const shapes = (options: Options) =>
      Object.fromEntries(Object.entries(begun(options)).map(([name, { shape }]) => [name, shape]));
    for (const init of ["normal", "positive"] as const) {
      expect(shapes({ init })).toEqual({ weight: [3, 400], bias: [3], scale: [400], shift: [400], mix: [3] });
      expect(shapes({ init, layers: "last" })).toEqual({ weight: [1, 400], bias: [1] });
    }
  });

  it("begins with weights of the model's own deviation, by the seed, and a norm that changes nothing", () => {
    const { weight, scale, shift } = begun({});
    const { mean, variance } = tf.moments(weight!);
    expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.05);
    expect(Math.abs(variance.dataSync()[0]! - 0.25)).toBeLessThan(0.03);
    expect(values(begun({}).weight)).toEqual(values(weight));
    expect(values(begun({}, 2).weight)).not.toEqual(values(weight));
    expect([new Set(values(scale)), new Set(values(shift))]).toEqual([new Set([1]), new Set([0])]);
  });

  it("begins with biases of 0 and a mix of any sign, or with biases of 1 and the mean of the heads", () => {
    const [normal, positive] = [begun({}), begun({ init: "positive" })];
    expect([values(normal.bias), values(positive.bias)]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect(difference(values(positive.mix), [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-6);
    const mixes = [1, 2, 3, 4, 5].flatMap((seed) => values(begun({}, seed).mix));
    expect(new Set(mixes).size).toBe(15);
    expect(new Set(mixes.map(Math.sign))).toEqual(new Set([-1, 1]));
  });

  it("decays what the released code holds as matrices, weight and mix, and nothing else", () => {
    for (const layers of ["all", "last"] as const)
      for (const [name, { optimizer }] of specsOf({ layers, weightDecay: 0.3 }))
        expect(optimizer, name).toEqual(/weight|mix/.test(name) ? { weightDecay: 0.3 } : undefined);
  });

  it("of the last layer alone is g(f(w · h + b)) of the hidden state as it is, without a norm", () => {
    const states = tf.tensor4d([1, 0, -1, 1, 2, 2, 3, 0], [1, 1, 4, 2]);
    const network = { weight: tf.tensor2d([[0.5, -1]]), bias: tf.tensor1d([0.25]) };
    const inside = tf.tensor2d([[1, 1, 1, 0]]);
    const mask = (layerActivation: "relu" | "rescale" | "none", activation: "relu" | "rescale" | "none") =>
      values(maskOf(network, states, inside, optionsOf({ layers: "last", layerActivation, activation })));
    expect(mask("none", "none")).toEqual([0.75, -1.25, -0.75, 1.75]);
    expect(mask("relu", "none")).toEqual([0.75, 0, 0, 1.75]);
    expect(mask("none", "relu")).toEqual([0.75, 0, 0, 1.75]);
    for (const rescaled of [mask("rescale", "none"), mask("none", "rescale")])
      expect(difference(rescaled, [1, 0, 0.25, 0])).toBeLessThan(1e-6);
  });

  it("reads the hidden states of all layers of the reference, or those of the last", () => {
    const read = (options: Options) => requestKey(sparseMasks(options).needs!.states!);
    expect(read({})).toBe(requestKey(hiddenStates("reference", { layers: "all" })));
    expect(read({ layers: "last" })).toBe(requestKey(hiddenStates("reference", { layers: [-1] })));
  });
});
