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
  });

  it("several candidates a prompt are asked for", () => {
    expect(groupTargets().requires).toEqual({ group: "several" });
    expect(adpo().targets!.requires).toEqual({ group: "several" });
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
    [{ adaptive: { min: 2, max: 1 } }, "min 2 is above max 1"],
  ])("%j is refused", (options, message) => {
    const call = () => (adpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("bounds of τ in the wrong order are refused of the part too", () => {
    expect(() => adaptiveTemperature({ min: 3, max: 2 })).toThrow("min 3 is above max 2");
  });
});
