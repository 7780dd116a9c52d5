/** Numbers by hand, and methods declared equal, as cases. */
import { dpo, tf, tokenLogProb } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import {
  batchOf,
  checkContract,
  contractOf,
  tokenTable,
  type Given,
  type Subject,
  type WorkedExample,
} from "../src/index.ts";
import { columnClone, dpoClone, epsilonClone } from "./clones.ts";

const softplus = (x: number): number => Math.log1p(Math.exp(x));
const response = [3, 2];
/** One pair, ρ = −0.5 + 1 for the chosen and 0.2 for the rejected response. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response },
      { promptLength: 1, response: [4] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -1], [-0.5]], 2, -9)],
    [tokenLogProb("reference"), tokenTable([[-0.5, -2], [-0.7]], 2, -9)],
  ],
});
const byHand = (beta: number): WorkedExample => ({
  name: "a pair by hand",
  options: { beta },
  given,
  expect: { losses: [softplus(-beta * 0.3)], scores: [[0.5, 0.2]], beta: [beta], rewards: [[0.5 * beta, 0.2 * beta]] },
});

async function problems(
  subject: Subject,
  declaration: Parameters<typeof checkContract>[1],
): Promise<readonly string[]> {
  const results = await checkContract(subject, { effort: "small", ...declaration });
  return results
    .filter(({ law, holds }) => !holds && (law === "worked" || law === "neutral"))
    .map(({ problem }) => problem!);
}

describe("worked examples", () => {
  it("hold for a sound method", async () => {
    expect(await problems(dpoClone(), { worked: [byHand(0.1), byHand(1)] })).toEqual([]);
  });

  it("compare the gradient by log-probabilities where those are given, all of it or entries without an id", async () => {
    const slope = -1 / (1 + Math.exp(0.1 * 0.3)) / 10; // −β σ(−β · 0.3)
    const all = { ...byHand(0.1), expect: { gradient: [[slope, slope], [-slope]] } };
    const some = { ...byHand(0.1), expect: { gradient: [{ row: 1, token: 0, value: -slope }] } };
    expect(await problems(dpoClone(), { worked: [all, some] })).toEqual([]);
    const wrong = { ...byHand(0.1), expect: { gradient: [{ row: 1, token: 0, id: 4, value: -slope }] } };
    expect(await problems(dpoClone(), { worked: [wrong] })).toEqual([expect.stringContaining("and no id")]);
    const beyond = { ...byHand(0.1), expect: { gradient: [{ row: 1, token: 1, value: -slope }] } };
    expect(await problems(dpoClone(), { worked: [beyond] })).toEqual([expect.stringContaining("no token 1 of row 1")]);
  });

  it("catch what no law can: a factor", async () => {
    const twice = dpoClone({ losses: (losses) => tf.mul(2, losses) });
    expect(await problems(twice, { worked: [byHand(0.1)] })).toEqual([expect.stringMatching(/losses is 1\.35/)]);
  });

  it("catch a sign inside of a controller: 1 − ε s for 1 + ε s, in β and in its state", () => {
    const pair = (): Given => ({
      batch: batchOf([
        [
          { promptLength: 1, response: [1] },
          { promptLength: 1, response: [2] },
        ],
      ]),
      logits: {
        policy: tf.tensor3d([0, 1, 0, 0, 0, -1], [2, 1, 3]),
        reference: tf.zeros([2, 1, 3]),
      },
    });
    const worked: WorkedExample = {
      name: "further from the reference the margin grows: s = +1",
      options: { beta: 0.1, epsilon: 0.2 },
      given: pair,
      states: { epsilon: { beta: 0.05 } },
      expect: { beta: [0.05 / 1.2], signals: { "epsilon/step": [1] }, states: { epsilon: { beta: 0.05 / 1.2 } } },
    };
    const outcome = (subject: Subject): string[] =>
      contractOf(subject, { effort: "small", worked: [worked] })
        .filter(({ law }) => law === "worked")
        .flatMap(({ run }) => {
          try {
            run();
            return [];
          } catch (error) {
            return [(error as Error).message];
          }
        });
    expect(outcome(epsilonClone())).toEqual([]);
    expect(outcome(epsilonClone({ divisor: (e, step) => tf.sub(1, tf.mul(e, step)) }))[0]).toMatch(/β is 0\.0625/);
    expect(outcome(epsilonClone({ next: (beta, e, mean) => beta / (1 - e * mean) }))[0]).toMatch(/state of epsilon/);
    expect(outcome(epsilonClone({ next: (_, e, mean) => 0.1 / (1 + e * mean) }))[0]).toMatch(/state of epsilon/);
  });

  it("refuse a state of a part that is not there", async () => {
    const worked = [{ ...byHand(0.1), states: { nobody: 1 } }];
    expect(await problems(dpoClone(), { worked })).toEqual([expect.stringMatching(/a state of nobody/)]);
  });
});

describe("neutral options", () => {
  const everywhere = { mask: ({ responseMask }: Given["batch"]) => responseMask };

  it("make it the method declared equal, bit for bit", async () => {
    expect(await problems(columnClone(everywhere), { neutral: [{ options: { mu: 0 }, equals: dpo() }] })).toEqual([]);
  });

  it("or the difference is told", async () => {
    const neutral = [{ options: { mu: 0 }, equals: dpo({ beta: 0.2 }) }];
    expect((await problems(columnClone(everywhere), { neutral }))[0]).toMatch(/of prompt 0/);
  });
});

describe("what a contract is made for", () => {
  it("is a method or a part: anything else is refused", () => {
    expect(() => contractOf({ name: "x" })).toThrow(/TW_E_CONTRACT_SUBJECT|neither a method nor a part/);
  });

  it("a law that does not apply says why", async () => {
    const results = await checkContract(dpoClone(), { effort: "small" });
    const reasons = Object.fromEntries(
      results.flatMap(({ law, notApplicable }) => (notApplicable ? [[law, notApplicable]] : [])),
    );
    expect(reasons).toMatchObject({
      "state/json": "no part declares a state",
      "gradients/parameters": "no part declares parameters",
      "use/signals": "no part declares signals",
    });
  });
});
