/** The worked numbers of the method's specification, by hand in 64 bits. */
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { tiDpo, triplet, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";
import { weigh, weighSpans, type WeightOptions } from "./weigh.ts";

const near = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 5));
};
const paper: WeightOptions = { lambda: 0.7, priorDivisor: 4 };
const attributed = [0.2, 0.5, 0.1, 0.4, 0.8];

describe("weights", () => {
  it.each<[WeightOptions, number[], number[]]>([
    [paper, attributed, [0.488632, 1.237064, 0.673608, 1.062064, 1.538632]],
    [{ lambda: 0.2, priorDivisor: 8 }, attributed, [0.317955, 1.226805, 1.66048, 1.176805, 0.617955]],
    [paper, [0, 0, 0], [0.822206, 1.355588, 0.822206]],
    [{ lambda: 1 }, [0.35, 0.7, 0.175], [3 * 0.285714, 3 * 0.571429, 3 * 0.142857]],
  ])("%j of a span with attributions %j", (options, span, expected) => near(weighSpans(options, [span])[0]!, expected));

  it.each<[NonNullable<WeightOptions["span"]>, number[]]>([
    ["prompt+response", [1.062064, 1.538632]],
    ["response", [0.766667, 1.233333]],
  ])("of two response tokens after a prompt of three, over the %s", (span, expected) => {
    const sequence = { prompt: attributed.slice(0, 3), response: attributed.slice(3) };
    near(weigh({ ...paper, span }, [sequence])[0]!, expected);
  });
});

describe("the toy pair", () => {
  const toy: Options = { beta: 0.1, lambda: 0.7, priorDivisor: 4, span: "response", gamma: 0 };
  const uniform: Options = { ...toy, lambda: 0, priorDivisor: 1 };

  it("has these weights over its responses, and these weighted sums of log-ratios", () => {
    const { weights, scores } = evaluate(tiDpo({ ...toy, base: "plain" }), [toyPair()]);
    near(weights.reward.flat(), [1.35, 0.65, 0.65, 1.35]);
    near(scores[0]!, [0.259695, -0.373986]);
  });

  it.each<[string, Options, number, number]>([
    ["the paper's loss", { ...toy, base: "plain" }, 0.633681, 0.661965],
    ["TDPO-2", toy, 0.626291, 0.662323],
    ["TDPO-1", { ...toy, base: "tdpo1" }, 0.618901, 0.662681],
    ["equal weights and no divergence: DPO", { ...uniform, base: "plain" }, 0.647527, 0.661295],
  ])("%s", (_, options, margin, loss) => {
    const result = evaluate(tiDpo(options), [toyPair()]);
    near([result.scores[0]![0]! - result.scores[0]![1]!], [margin]);
    near(result.losses, [loss]);
  });

  it.each([
    [0.001, 0.01844, 0.664167],
    [0.1, 0.11744, 0.674067],
  ])("the triplet loss at the margin %s, alone and with γ = 0.1 beside TDPO-2", (margin, alone, together) => {
    const method = { ...tiDpo(), objectives: [], auxiliaries: [triplet({ gamma: 1, margin })] };
    near([evaluate(method, [toyPair()]).loss], [alone]);
    near([evaluate(tiDpo({ ...toy, gamma: 0.1, margin }), [toyPair()]).loss], [together]);
  });

  it("the divergence penalty adds half the divergences of both responses", () => {
    const [without, with1] = [0, 1].map((klCoefficient) => evaluate(tiDpo({ ...toy, klCoefficient }), [toyPair()]));
    const [chosen, rejected] = evaluate(tiDpo({ ...toy, base: "plain" }), [toyPair()]).scores[0]!;
    const [withChosen, withRejected] = evaluate(tiDpo({ ...toy, base: "tdpo1" }), [toyPair()]).scores[0]!;
    const divergences = withChosen! - chosen! + (withRejected! - rejected!);
    expect(divergences).toBeGreaterThan(0.01);
    expect(with1!.loss - without!.loss).toBeCloseTo(divergences / 2, 6);
  });

  it("a linear toy: attributions in proportion to |c| weigh so at λ = 1", () => {
    const [c, row] = [[0.5, -1, 0.25], [0.2, -0.4, 0.1]]; // prettier-ignore
    const norms = c.map((each) => row.reduce((sum, weight) => sum + Math.abs(each * weight), 0));
    near(norms, [0.35, 0.7, 0.175]);
    near(weighSpans({ lambda: 1 }, [norms])[0]!, c.map((each) => (3 * Math.abs(each)) / 1.75)); // prettier-ignore
  });
});
