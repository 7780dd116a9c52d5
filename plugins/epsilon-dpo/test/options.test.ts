import { evaluate } from "@tokenwise/testkit";
import { requestKey, sequenceSum } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { epsilonBeta, epsilonDpo } from "../src/index.ts";
import { tilted } from "../src/tilted.ts";
import { givenPairs, growing, peaked, shrinking } from "./pairs.ts";

const pairs = [growing, growing, growing, shrinking, peaked];
const after = (options: Parameters<typeof epsilonDpo>[0]): number => {
  const method = epsilonDpo({ beta: 0.1, ...options });
  return (evaluate(method, [givenPairs(pairs)]).states.get(method.beta) as { beta: number }).beta;
};

describe("options", () => {
  it("by default are the authors': β 0.01, ε 0.01, no smoothing, no bounds", () => {
    expect(epsilonDpo.options.parse({})).toEqual({ beta: 0.01, update: "code", labelSmoothing: 0 });
    expect(epsilonBeta().needs).toEqual(epsilonBeta({ epsilon: 0.01 }).needs);
    expect(epsilonBeta().state!.init()).toEqual({ beta: 0.01 });
  });

  it("checkSize moves the policies that are compared, stepSize the step, each in place of ε", () => {
    const tilts = ({ needs }: ReturnType<typeof epsilonBeta>) => [needs!.up!, needs!.down!].map(requestKey);
    const keys = (tilt: number) => tilts(epsilonBeta({ epsilon: tilt }));
    expect(tilts(epsilonBeta({ epsilon: 0.1, checkSize: 0.02 }))).toEqual(keys(0.02));
    expect(tilts(epsilonBeta({ epsilon: 0.1, stepSize: 0.02 }))).toEqual(keys(0.1));
    expect(keys(0.1)).toEqual([0.1, -0.1].map((tilt) => requestKey(sequenceSum(tilted({ tilt })))));
    expect(after({ epsilon: 0.01, stepSize: 0.2 })).toBeCloseTo(0.1 / (1 + 0.2 * 0.4), 12);
    expect(after({ epsilon: 0.2, checkSize: 0.01 })).toBeCloseTo(0.1 / (1 + 0.2 * 0.4), 12);
  });

  it("update: the paper's mean of the pairs' β is above the code's β of the mean", () => {
    expect(after({ epsilon: 0.2 })).toBeCloseTo(0.1 / 1.08, 12);
    expect(after({ epsilon: 0.2, update: "paper" })).toBeCloseTo(0.1 * (3 / 5 / 1.2 + 1 / 5 / 0.8 + 1 / 5), 12);
  });

  it("warns of a β that has run far from the first one, whichever way", () => {
    const { warn } = epsilonBeta({ beta: 0.1 });
    expect(warn!({ beta: 0.1 })).toBeUndefined();
    for (const beta of [0.0002, 0.1 * 1e-3, 0.1 / 1e-3]) expect(warn!({ beta })).toBeUndefined();
    expect(warn!({ beta: 0.00009 })).toMatch(/^β has fallen from 0\.1 .* minBeta/u);
    expect(warn!({ beta: 101 })).toMatch(/^β has risen from 0\.1 /u);
  });

  it("minBeta and maxBeta hold the running β, not that of a pair", () => {
    expect(after({ epsilon: 0.2, minBeta: 0.099 })).toBe(0.099);
    expect(after({ epsilon: 0.2, maxBeta: 0.1, minBeta: 0.01 })).toBeCloseTo(0.1 / 1.08, 12);
    const { beta } = evaluate(epsilonDpo({ beta: 0.1, epsilon: 0.2, minBeta: 0.099, maxBeta: 0.101 }), [
      givenPairs(pairs),
    ]);
    expect(beta[0]).toBeCloseTo(0.1 / 1.2, 6);
    expect(beta[3]).toBeCloseTo(0.1 / 0.8, 6);
  });

  it.each([
    [{ epsilom: 0.1 }, 'epsilon-dpo: unknown option "epsilom", did you mean "epsilon"?'],
    [{ epsilon: 1 }, "epsilon: "],
    [{ epsilon: 0 }, "epsilon: "],
    [{ beta: 0 }, "beta: "],
    [{ labelSmoothing: 0.6 }, "labelSmoothing: "],
    [{ update: "mean" }, "update: "],
    [{ beta: 0.01, minBeta: 0.02 }, "beta 0.01 is not between 0.02 and Infinity"],
    [{ epsilon: 0.01, checkSize: 0.1, stepSize: 0.2 }, "epsilon 0.01 beside checkSize and stepSize, which replace it"],
    [{ minBeta: 0.02, maxBeta: 0.001 }, "is not between 0.02 and 0.001"],
    [{ beta: 0.02, maxBeta: 0.01 }, "beta 0.02 is not between 0 and 0.01"],
  ])("%j is refused", (options, message) => {
    const call = () => (epsilonDpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("state is JSON, so that a checkpoint gives back the same β", () => {
    const { state } = epsilonBeta();
    const share = (mean: number) => ({ mean, standardDeviation: 0.4, count: 7 });
    const signal = { positive: share(3 / 7), negative: share(1 / 7) };
    const stepped = state!.update(state!.init(), { step: 1, signal });
    expect(JSON.parse(JSON.stringify(stepped))).toEqual(stepped);
  });

  it("only pairs are accepted", () => expect(epsilonBeta().requires).toEqual({ group: "pair" }));
});
