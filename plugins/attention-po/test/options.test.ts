import { describe, expect, it } from "vitest";
import { attentionPo, attentionWeights, columnWeights, twDpo, weightsColumn } from "../src/index.ts";

describe("options", () => {
  it("by default are the released configuration's: β 0.005, the last layer, the sink mended, mean 1", () => {
    expect(attentionPo.options.parse({})).toMatchObject({
      ...{ beta: 0.005, labelSmoothing: 0, layers: [-1], sinkTokens: 1, lengthScale: true, maxAnswer: 768 },
      verdicts: ["A", "B"],
    });
    expect(twDpo.options.parse({})).toEqual({ column: "weights", beta: 0.005, labelSmoothing: 0 });
  });

  it.each([
    [{ layer: 3 }, 'unknown option "layer", did you mean "layers"?'],
    [{ layers: [] }, "layers"],
    [{ layers: [1.5] }, "a layer is an integer, or a share of the depth"],
    [{ layers: [-0.5] }, "a layer is an integer, or a share of the depth"],
    [{ layers: ["last"] }, "layers"],
    [{ combine: "max" }, "combine"],
    [{ sinkTokens: -1 }, "sinkTokens"],
    [{ judgePrompt: ["a", "b"] }, "judgePrompt"],
    [{ verdicts: ["A"] }, "verdicts"],
    [{ maxAnswer: 0 }, "maxAnswer"],
    [{ maxRequest: 0 }, "maxRequest"],
    [{ beta: 0 }, "beta"],
    [{ labelSmoothing: 0.6 }, "labelSmoothing"],
  ])("%j is refused", (options, message) => {
    const call = () => (attentionPo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("of the judge tell its columns apart, all of them; those of the loss do not", () => {
    const fingerprint = (options: object) => JSON.stringify(attentionWeights(options).annotators![0]!.fingerprint);
    const others = [{}, { layers: [0] }, { layers: ["rollout"] }, { combine: "sum" }, { sinkTokens: 0 }, { lengthScale: false }, { judgePrompt: ["a", "b", "c", "d"] }, { verdicts: ["1", "2"] }, { chatTemplate: false }, { maxRequest: 9 }, { maxAnswer: 9 }]; // prettier-ignore
    expect(new Set(others.map(fingerprint)).size).toBe(others.length);
    expect([attentionWeights({ maxRequest: 9 }), attentionWeights()].map(({ annotators }) => annotators![0]!.fingerprint)).toMatchObject([{ maxRequest: 9 }, { maxRequest: null }]); // prettier-ignore
    expect(Object.keys(attentionWeights.options.shape)).toHaveLength(others.length - 2);
    expect(attentionPo({ beta: 1 }).weighter!.annotators![0]!.fingerprint).toEqual(attentionWeights().annotators![0]!.fingerprint); // prettier-ignore
  });

  it("a column by another name has no annotator", () => {
    expect(columnWeights({ column: weightsColumn }).annotators).toEqual([]);
    expect(attentionWeights().annotators![0]).toMatchObject({ name: "attention-po.judge", columns: [weightsColumn], models: ["judge"] }); // prettier-ignore
  });
});
