/** The worked numbers of the method's specification, by hand in 64 bits. */
import { compose, constantBeta, dpo, implicitReward, logistic, reverseKl, type Method } from "@tokenwise/kit";
import { evaluate, type Evaluation } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { importanceWeights, tisDpo } from "../src/index.ts";
import { toyPair, toyRatios } from "./toy-pair.ts";
import { weigh, type WeightOptions } from "./weigh.ts";

const near = (actual: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 5));
const [paper, ones, all] = [{}, { transform: { kind: "exponential", mu: 0 } }, { weighEnd: true }] as const;

describe("weights", () => {
  it.each<[WeightOptions, number[], number[]]>([
    [paper, [4.481689, 0.67032, 1.284025, 0], [1.648721, 0.818731, 0]],
    [{ transform: { kind: "rank-based" } }, [1.3, 0.7, 1, 0], [1.3, 0.7, 0]],
    [{ transform: { kind: "threshold-and-scale" } }, [1.3, 0.92, 1.05, 0], [1.18, 0.96, 0]],
    [{ transform: { kind: "threshold" } }, [1, -0.4, 0.25, 0], [0.9, -0.2, 0]],
    [{ transform: { kind: "origin" } }, [1.8, -0.4, 0.25, 0], [0.9, -0.2, 0]],
    [{ transform: { kind: "binary", percent: 50 } }, [1, 0, 0, 0], [1, 0, 0]],
    [{ transform: { kind: "binary", percent: 100 } }, [1, 1, 1, 0], [1, 1, 0]],
    [{ transform: { kind: "rank-based" }, weighEnd: true }, [1.3, 0.7, 1, 1], [1.3, 0.7, 1]],
  ])("%j", (options, chosen, rejected) => {
    const [pair] = weigh(options, [toyRatios]);
    near(pair![0]!, chosen);
    near(pair![1]!, rejected);
  });
});

describe("the toy pair", () => {
  const score = ({ scores }: Evaluation): number => scores[0]![0]! - scores[0]![1]!;

  it.each<[string, WeightOptions, number, number, number]>([
    ["the paper's weights", paper, 0, 0.629521, 1.31578],
    ["the paper's weights", paper, 0.5, 0.632685, 1.248169],
    ["the paper's weights", paper, 1, 0.63586, 1.180559],
    ["ones", ones, 0, 0.660588, 0.662148],
    ["ones", ones, 0.5, 0.661741, 0.638317],
    ["ones", ones, 1, 0.662895, 0.614486],
    ["ones, end tokens too", { ...ones, ...all }, 0, 0.664295, 0.585622],
    ["ones, end tokens too", { ...ones, ...all }, 0.5, 0.665148, 0.56805],
    ["ones, end tokens too", { ...ones, ...all }, 1, 0.666002, 0.550479],
    ["ranks", { transform: { kind: "rank-based" } }, 0, 0.666603, 0.538116],
  ])("%s %j, α %d: loss %d, margin %d", (_, options, alpha, loss, margin) => {
    const result = evaluate(tisDpo({ ...options, alpha }), [toyPair()]);
    near([result.loss, score(result)], [loss, margin]);
  });

  it("weighted sums of the log-ratio and of the divergence", () => {
    const scored = (divergence: number, logged: number): Method =>
      compose({
        weighter: importanceWeights(),
        beta: constantBeta({ beta: 1 }),
        scorer: implicitReward({ divergence, kl: reverseKl, logged }),
        loss: logistic(),
      });
    near(evaluate(scored(0, 0), [toyPair()]).scores[0]!, [1.596132, 0.280352]);
    const [with1, without] = [scored(1, 0), scored(0, 0)].map((method) => evaluate(method, [toyPair()]).scores[0]!);
    near(with1!.map((value, side) => value - without![side]!), [0.191556, 0.056335]); // prettier-ignore
  });

  it("rewards are β Σ w ρ, and β Σ w (ρ − KL) where the divergence is on, whatever α", () => {
    near(evaluate(tisDpo(), [toyPair()]).rewards[0]!, [0.1596132, 0.0280352]);
    for (const alpha of [0.5, 1]) near(evaluate(tisDpo({ alpha }), [toyPair()]).rewards[0]!, [0.140458, 0.022402]);
  });

  it("gradients by the policy's logits", () => {
    const gradient = (alpha: number) =>
      evaluate(tisDpo({ alpha }), [toyPair()]).gradients.policy[0]!.arraySync() as number[][][];
    const [off, on] = [gradient(0), gradient(0.5)];
    near(off[0]![0]!, [0.055803, 0.027711, -0.11736, 0.033846]);
    near(off[1]![0]!, [0.044777, -0.019557, -0.014488, -0.010733]);
    near(off[1]![1]!, [-0.005491, 0.024741, -0.008192, -0.011058]);
    near(on[0]![0]!, [0.056383, 0.022437, -0.107924, 0.029103]);
    near(on[1]![0]!, [0.040951, -0.01812, -0.013424, -0.009406]);
    near(on[1]![1]!, [-0.004897, 0.02634, -0.009361, -0.012081]);
    for (const each of [off, on]) expect([...each[0]![3]!, ...each[1]![2]!].map(Math.abs)).toEqual(Array(8).fill(0));
  });

  it("ones on every token is DPO", () => {
    near([evaluate(dpo({ beta: 0.1 }), [toyPair()]).loss], [0.664295]);
  });
});
