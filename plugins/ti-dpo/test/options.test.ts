import { inputGradient, requestKey } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { attributionWeights, tiDpo, triplet, type Options } from "../src/index.ts";

const partNames = (options: Options): string[] => (tiDpo(options).auxiliaries ?? []).map(({ name }) => name);

describe("options", () => {
  it("by default are those of the released configuration", () => {
    expect(tiDpo.options.parse({})).toEqual({
      beta: 0.2,
      base: "tdpo2",
      klCoefficient: 0,
      lambda: 0.2,
      priorDivisor: 8,
      span: "prompt+response",
      norm: "l1",
      gamma: 0.001,
      margin: 0.001,
      anchorTokens: 64,
      anchorTemperature: 0.8,
      anchorTopK: 50,
      anchorTopP: 0.95,
      anchorEvery: 1,
    });
    expect(tiDpo().objectives[0]!.scorer.options).toMatchObject({ divergence: 0.5, stopPreferred: true, logged: 1 });
  });

  it("of the anchors are those of the sampler, and of no one else", () => {
    const anchor = { anchorTokens: 7, anchorTemperature: 1.5, anchorTopK: 3, anchorTopP: 0.5, anchorEvery: 4 };
    const { generate } = triplet(anchor).samples!.anchor!;
    expect(generate).toEqual({ maxNewTokens: 7, temperature: 1.5, topK: 3, topP: 0.5, every: 4 });
    expect(tiDpo(anchor).auxiliaries![0]!.samples).toEqual(triplet(anchor).samples);
  });

  it("γ = 0 samples nothing; a penalty is a further loss", () => {
    expect(partNames({})).toEqual(["triplet"]);
    expect(partNames({ gamma: 0 })).toEqual([]);
    expect(partNames({ klCoefficient: 0.1 })).toEqual(["triplet", "divergence-penalty"]);
    expect(tiDpo({ klCoefficient: 0.1 }).auxiliaries![1]!.weight).toBe(0.1);
    expect(tiDpo({ gamma: 0.3 }).auxiliaries![0]!.weight).toBe(0.3);
  });

  it("a triplet takes pairs alone", () => expect(triplet().requires).toEqual({ group: "pair" }));

  it("λ = 0 attributes nothing; the norm is that of the request", () => {
    expect(attributionWeights({ lambda: 0 }).needs!.attribution).toBeUndefined();
    const { attribution } = attributionWeights({ norm: "l2" }).needs!;
    expect(requestKey(attribution!)).toBe(requestKey(inputGradient({ norm: "l2" })));
  });

  it("the plain base reads no divergence, TDPO-1 has all of it", () => {
    const scorerOf = (base: Options["base"]) => tiDpo({ base }).objectives[0]!.scorer;
    expect(scorerOf("plain").needs!.kl).toBeUndefined();
    expect(scorerOf("tdpo1").options).toMatchObject({ divergence: 1, stopPreferred: false, logged: 1 });
  });

  it.each([
    [{ lamda: 0.1 }, 'ti-dpo: unknown option "lamda", did you mean "lambda"?'],
    [{ lambda: 1.5 }, "lambda"],
    [{ lambda: -0.1 }, "lambda"],
    [{ priorDivisor: 0.5 }, "priorDivisor"],
    [{ margin: 0 }, "margin"],
    [{ gamma: -1 }, "gamma"],
    [{ span: "prompt" }, "span"],
    [{ norm: "max" }, "norm"],
    [{ anchorTopP: 0 }, "anchorTopP"],
    [{ anchorTokens: 0 }, "anchorTokens"],
    [{ anchorEvery: 1.5 }, "anchorEvery"],
    [{ base: "plain", alpha: 0.5 }, "alpha 0.5 is of the base tdpo2, and the base is plain"],
    [{ base: "tdpo1", alpha: 1 }, "the base is tdpo1"],
  ])("%j is refused", (options, message) => {
    const call = () => (tiDpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });
});
