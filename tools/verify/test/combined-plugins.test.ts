/** TIS-DPO's weights with ε-DPO's β: in code, and as a configuration file writes it. */
import { createRegistry, resolveMethod } from "@tokenwise/core";
import { compose, constantBeta, implicitReward, logistic } from "@tokenwise/kit";
import { batchOf, difference, evaluate, logitsOf, tokenTable, type Given } from "@tokenwise/testkit";
import epsilon, { epsilonBeta, epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import plugin, { importanceWeights, logRatioColumn, tisDpo } from "@tokenwise/plugin-tis-dpo";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { method } from "./readme-compose.ts";

/** A pair of four and three tokens whose margin grows with the policy's distance from the reference. */
function pair(): Given {
  const responses = [
    [2, 1, 0, 3],
    [0, 1, 3],
  ];
  const rows = responses.map((_, row) => ({ row, promptLength: 1 }));
  const logits = (phase: number) => logitsOf({ terms: [{ amp: 1, b: 1.3, t: 0.7, v: 1.9, phase }] }, rows, 4, 4);
  const ratios = [
    [1.8, -0.4, 0.25],
    [-0.9, 0.2],
  ];
  return {
    batch: batchOf([responses.map((response) => ({ promptLength: 1, response }))]),
    logits: { policy: logits(0.4), reference: logits(0) },
    values: [[logRatioColumn, tokenTable(ratios, 4, 0)]],
  };
}

const of = (made: typeof method) => {
  const result = evaluate(made, [pair()]);
  return { result, step: result.signalsOf(made.beta), after: result.states.get(made.beta) };
};

describe("importance weights with a β per pair", () => {
  it("take the signal, the pair's β and the next β of ε-DPO, whose criterion reads log-probabilities without weights", () => {
    const [both, plain] = [of(method), of(epsilonDpo({ beta: 0.1, epsilon: 0.05 }))];
    expect(both.step).toEqual(plain.step);
    expect(both.result.beta).toEqual(plain.result.beta);
    expect(both.after).toEqual(plain.after);
    expect(both.result.beta[0]).not.toBeCloseTo(0.1, 4);
  });

  it("take the score of TIS-DPO", () => {
    const [both, weighed] = [of(method), of(tisDpo({ beta: 0.1 }))];
    expect(both.result.scores).toEqual(weighed.result.scores);
    expect(both.result.loss).not.toBeCloseTo(weighed.result.loss, 4);
    const [[chosen, rejected]] = both.result.scores as [[number, number]];
    expect(both.result.loss).toBeCloseTo(Math.log1p(Math.exp(-both.result.beta[0]! * (chosen - rejected))), 5);
  });

  it("are neither's where the other is neutral", () => {
    const rest = { scorer: implicitReward(), loss: logistic() };
    const ones = importanceWeights({ transform: { kind: "exponential", mu: 0 }, weighEnd: true });
    const pairs = [
      [compose({ weighter: ones, beta: epsilonBeta({ beta: 0.1 }), ...rest }), epsilonDpo({ beta: 0.1 })],
      [compose({ weighter: importanceWeights(), beta: constantBeta({ beta: 0.1 }), ...rest }), tisDpo()],
    ] as const;
    for (const [combined, alone] of pairs) {
      const [one, other] = [of(combined).result, of(alone).result];
      expect(one.loss).toBe(other.loss);
      expect([...one.gradients.policy[0]!.dataSync()]).toEqual([...other.gradients.policy[0]!.dataSync()]);
    }
  });

  it("give the same from YAML as from code", () => {
    const registry = createRegistry([plugin, epsilon]);
    const spec = parse(`
      weighter: importance-weights
      beta: { use: epsilon-beta, beta: 0.1, epsilon: 0.05 }
      scorer: implicit-reward
      loss: logistic
    `) as Parameters<typeof resolveMethod>[0];
    const [fromYaml, inCode] = [of(resolveMethod(spec, registry)).result, of(method).result];
    expect(difference([fromYaml.loss], [inCode.loss])).toBe(0);
    const withKl = parse(`
      weighter: { use: importance-weights, transform: { kind: rank-based, min: 0.5, max: 1.5 } }
      beta: { use: epsilon-beta, beta: 0.1 }
      scorer: { use: implicit-reward, divergence: -0.5, kl: reverse, logged: -1 }
      loss: logistic
    `) as Parameters<typeof resolveMethod>[0];
    const transform = { kind: "rank-based", min: 0.5, max: 1.5 } as const;
    const scored = of(resolveMethod(withKl, registry)).result.scores;
    expect(scored).toEqual(of(tisDpo({ transform, alpha: 0.5 })).result.scores);
  });

  it("are composed in the readme of TIS-DPO as here", () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
    expect(read("../../../plugins/tis-dpo/README.md")).toContain(read("readme-compose.ts").trimEnd());
  });
});
