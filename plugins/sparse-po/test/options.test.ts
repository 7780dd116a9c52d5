/** What the methods and their masks take, refuse and warn of. */
import { describe, expect, it } from "vitest";
import { activationMasks, maPo, sparseMasks, sparsePo } from "../src/index.ts";

const mapo = { types: ["mlp", "attention", "residual", "logits"], mapping: "rescale", beta: 0.1 };

describe("options", () => {
  it("by default are those of the released configuration", () => {
    expect(sparsePo.options.parse({})).toEqual({
      masks: "common",
      layers: "all",
      layerActivation: "relu",
      activation: "relu",
      init: "normal",
      weightDecay: 0.01,
      beta: 0.1,
      l1Reward: 0,
      l1Divergence: 0,
    });
    expect(maPo.options.parse({})).toEqual(mapo);
  });

  it.each([
    ["masks", ["common", "independent", "reward", "divergence"]],
    ["layers", ["all", "last"]],
    ["layerActivation", ["relu", "rescale", "none"]],
    ["activation", ["relu", "rescale", "none"]],
    ["init", ["normal", "positive"]],
  ])("%s is one of %j", (name, values) => {
    for (const value of values) expect(sparsePo.options.parse({ [name]: value })).toMatchObject({ [name]: value });
  });

  it("activations are of any types, mapped in one of three ways", () => {
    for (const types of [...mapo.types.map((type) => [type]), mapo.types.toReversed()])
      expect(maPo.options.parse({ types })).toMatchObject({ types });
    for (const mapping of ["rescale", "sigmoid", "none"])
      expect(maPo.options.parse({ mapping })).toMatchObject({ mapping });
  });

  it.each([
    ["sparse-po", { mask: "common" }, 'sparse-po: unknown option "mask", did you mean "masks"?'],
    ["sparse-po", { masks: "both" }, "masks: "],
    ["sparse-po", { layers: "first" }, "layers: "],
    ["sparse-po", { layerActivation: "tanh" }, "layerActivation: "],
    ["sparse-po", { init: "zero" }, "init: "],
    ["sparse-po", { weightDecay: -1 }, "weightDecay: "],
    ["sparse-po", { beta: 0 }, "beta: "],
    ["sparse-po", { l1Reward: -1 }, "l1Reward: "],
    ["ma-po", { types: [] }, "types: "],
    ["ma-po", { types: ["mlps"] }, "types."],
    ["ma-po", { mapping: "relu" }, "mapping: "],
    ["ma-po", { beta: 0 }, "beta: "],
  ] as const)("%s refuses %j", (id, options, message) => {
    const method: unknown = { "sparse-po": sparsePo, "ma-po": maPo }[id];
    const call = () => (method as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("each λ of a common mask counts half, of masks of their own whole", () => {
    const weights = (masks: "common" | "independent") =>
      sparsePo({ masks, l1Reward: 0.2, l1Divergence: 0.6 }).auxiliaries!.map(({ name, weight }) => [name, weight]);
    expect(weights("common")).toEqual([
      ["mask-norm:reward", 0.1],
      ["mask-norm:divergence", 0.3],
    ]);
    expect(weights("independent").map(([, weight]) => weight)).toEqual([0.2, 0.6]);
    expect(sparsePo().auxiliaries).toEqual([]);
  });

  it("an L1 penalty on a side without a mask is refused", () => {
    const refused = expect.objectContaining({
      code: "TW_E_OPTIONS",
      message: expect.stringContaining("has no mask") as string,
    }) as Error;
    expect(() => sparsePo({ masks: "reward", l1Divergence: 0.1 })).toThrow(refused);
    expect(() => sparsePo({ masks: "divergence", l1Reward: 0.1 })).toThrow(refused);
    expect(sparsePo({ masks: "divergence", l1Divergence: 0.1 }).auxiliaries).toHaveLength(1);
    expect(sparsePo({ masks: "reward", l1Reward: 0.1 }).auxiliaries).toHaveLength(1);
  });

  it("a dead mask is told by its name, a living one is not", () => {
    const { warn } = sparseMasks({ masks: "independent" });
    expect(warn!({ "reward-sparsity": 0.99, "divergence-sparsity": 0 })).toBeUndefined();
    expect(warn!({ "reward-sparsity": 1, "divergence-sparsity": 0 })).toMatch(/^the reward mask is 0 .*"positive"/);
    expect(warn!({ "reward-sparsity": 1, "divergence-sparsity": 1 })).toMatch(
      /^the reward and the divergence mask is 0/,
    );
  });
});

it("metrics and states of the masks stand under the name that the parts are found by", () => {
  expect([activationMasks(), sparseMasks()].map(({ name }) => name)).toEqual([activationMasks.id, sparseMasks.id]);
});
