import { parseSettings, planMethod } from "@tokenwise/core";
import { requestKey, tokenLogProb } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { adaptiveTemperature, adpo, groupTargets } from "../src/index.ts";

describe("options", () => {
  it("by default are the paper's: z-scores over 0.5, τ 0.8, cross-entropy, a fixed anchor, sums", () => {
    expect(adpo.options.parse({})).toEqual({
      targets: { kind: "z-score", temperature: 0.5, epsilon: 1e-8 },
      tau: 0.8,
      length: "sum",
      loss: { kind: "softmax" },
      anchor: { kind: "fixed" },
      anchorKl: 0,
      dropFailed: false,
    });
    expect(adpo().anchor).toBeUndefined();
  });

  it("the anchor decides who moves the reference, or whether there is one", () => {
    expect(adpo({ anchor: { kind: "average", keep: 0.9 } }).anchor).toMatchObject({ options: { keep: 0.9 } });
    expect(adpo({ anchor: { kind: "copy", steps: 4 } }).anchor).toMatchObject({ options: { steps: 4 } });
    expect(adpo({ anchor: { kind: "drift" } }).anchor).toMatchObject({ options: { threshold: 0.1, window: 10 } });
    expect(adpo({ anchor: { kind: "sampled" } }).anchor).toBe("sampled");
    const { needs } = adpo({ anchor: { kind: "uniform" } }).objectives[0]!.scorer;
    expect(Object.values(needs!).map((need) => requestKey(need!))).toEqual([requestKey(tokenLogProb("policy"))]);
    for (const kind of ["fixed", "uniform"] as const)
      for (const length of ["sum", "mean"] as const)
        expect(adpo({ anchor: { kind }, length }).objectives[0]!.scorer.options).toMatchObject({ length });
  });

  it("several candidates a prompt are asked for", () => {
    expect(groupTargets()).toMatchObject({ name: "group-targets", requires: { group: "several" } });
    expect(adpo().targets!.requires).toEqual({ group: "several" });
  });

  it("a first candidate alone ranks no more than a pair: larger groups are refused, unless one place counts", () => {
    const lossOf = (kind: "first" | "hard" | "teacher", places?: number) =>
      adpo({ targets: { kind }, loss: { kind: "plackett-luce", places } }).objectives[0]!.loss;
    for (const places of [undefined, 2]) expect(lossOf("first", places).requires).toEqual({ group: "pair" });
    expect(lossOf("first", 1).requires).toBeUndefined();
    for (const kind of ["hard", "teacher"] as const) expect(lossOf(kind).requires).toBeUndefined();
    expect(adpo({ targets: { kind: "first" } }).objectives[0]!.loss.requires).toBeUndefined();
    const plan = (groupSize: number, places?: number) => () =>
      planMethod(
        adpo({ targets: { kind: "first" }, loss: { kind: "plackett-luce", places } }),
        { size: 8, groupSize, pairs: groupSize === 2, rewards: false, columns: new Set() },
        parseSettings({}),
      );
    expect(plan(4)).toThrow(expect.objectContaining({ code: "TW_E_NEEDS_PAIRS" }));
    for (const planned of [plan(2), plan(4, 1)]) expect(planned).not.toThrow();
  });

  it.each([
    [{ tua: 1 }, 'adpo: unknown option "tua", did you mean "tau"?'],
    [{ tau: 0 }, "tau: "],
    [{ targets: "z-score" }, "targets: "],
    [{ targets: { kind: "zscore" } }, "targets.kind: "],
    [{ targets: { kind: "raw", epsilon: 1 } }, "epsilon"],
    [{ targets: { kind: "kde", bandwidth: 0 } }, "targets.bandwidth: "],
    [{ loss: { kind: "softmax", poly: 1 } }, "poly"],
    [{ anchor: { kind: "average", keep: 1.1 } }, "anchor.keep: "],
    [{ anchor: { kind: "copy", steps: 0 } }, "anchor.steps: "],
    [{ anchorKl: -1 }, "anchorKl: "],
    [{ anchor: { kind: "average", keep: -0.1 } }, "anchor.keep: "],
    [{ targets: { kind: "first", smoothing: 1.1 } }, "targets.smoothing: "],
    [{ length: "max" }, "length: "],
    [{ adaptive: { min: 2, max: 1 } }, "min 2 is above max 1"],
  ])("%j is refused", (options, message) => {
    const call = () => (adpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("of the adaptive τ by default are the paper's, with rewards", () => {
    expect(adaptiveTemperature.options.parse({})).toEqual({ tau: 0.8, alpha: 1, penalty: 1, min: 0.1, max: 5, rewards: true }); // prettier-ignore
    expect(Object.keys(adaptiveTemperature().needs!)).toEqual(["entropy", "rewards"]);
  });

  it("what the adaptive τ reads is a number a candidate, as a whole step is gathered", () => {
    expect(adaptiveTemperature()).toMatchObject({
      coupling: "batch",
      needs: { entropy: { axes: "P,G" }, rewards: { axes: "P,G" } },
    });
  });

  it("a KL to the anchor is a further loss, where it weighs something", () => {
    expect(adpo()).not.toHaveProperty("auxiliaries");
    expect(adpo({ anchorKl: 0.2 }).auxiliaries).toMatchObject([{ name: "token-divergence", weight: 0.2 }]);
  });

  it("bounds of τ in the wrong order are refused of the part too", () => {
    expect(() => adaptiveTemperature({ min: 3, max: 2 })).toThrow("min 3 is above max 2");
  });
});
