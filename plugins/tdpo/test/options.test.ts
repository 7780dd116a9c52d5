import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { tdpo, tdpoScore } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

describe("options", () => {
  it("by default are TDPO-2 as in the paper: β 0.1, α 0.5, sums over tokens, no smoothing", () => {
    expect(tdpo.options.parse({})).toEqual({ variant: "tdpo2", length: "sum", beta: 0.1, labelSmoothing: 0 });
    const [plain, spelled] = [tdpo(), tdpo({ alpha: 0.5 })].map((method) => evaluate(method, [toyPair()]));
    expect(plain!.scores).toEqual(spelled!.scores);
  });

  it.each([
    [{ alpha: 0.5, variant: "tdpo1" }, 'alpha 0.5 beside variant "tdpo1", which has none'],
    [{ alhpa: 0.5 }, 'tdpo: unknown option "alhpa", did you mean "alpha"?'],
    [{ alpha: -1 }, "alpha: "],
    [{ beta: 0 }, "beta: "],
    [{ labelSmoothing: 0.6 }, "labelSmoothing: "],
    [{ variant: "tdpo3" }, "variant: "],
    [{ length: "max" }, "length: "],
  ])("%j is refused", (options, message) => {
    const call = () => (tdpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("labelSmoothing loses by the other label too, as much as it is probable", () => {
    const loss = (labelSmoothing: number) => evaluate(tdpo({ beta: 2, labelSmoothing }), [toyPair()]).loss;
    const [[chosen, rejected]] = evaluate(tdpo(), [toyPair()]).scores as [[number, number]];
    const h = 2 * (chosen - rejected);
    expect(loss(0.2)).toBeCloseTo(0.8 * Math.log1p(Math.exp(-h)) + 0.2 * Math.log1p(Math.exp(h)), 5);
  });

  it("length: mean divides the log-ratio and the divergence of each response by its tokens", () => {
    const [sum, mean] = (["sum", "mean"] as const).map((length) => evaluate(tdpo({ length }), [toyPair()]));
    [4, 3].forEach((tokens, side) => {
      expect(mean!.scores[0]![side]).toBeCloseTo(sum!.scores[0]![side]! / tokens, 6);
      expect(mean!.rewards[0]![side]).toBeCloseTo(sum!.rewards[0]![side]! / tokens, 6);
    });
    expect(mean!.metrics["tdpo-score/kl-chosen"]![0]).toBeCloseTo(sum!.metrics["tdpo-score/kl-chosen"]![0]! / 4, 6);
  });

  it("the score takes groups of any size: the loss says whether it needs pairs", () => {
    expect(tdpoScore().requires).toBeUndefined();
  });
});
