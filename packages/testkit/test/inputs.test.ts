import { tf } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { batchOf, givenPairs, tokenTable, valueAt, type GoldenPairs } from "../src/index.ts";
import file from "./goldens/formulas.json" with { type: "json" };

const inputs: Readonly<Record<string, GoldenPairs & { readonly check: Readonly<Record<string, readonly number[]>> }>> =
  file.inputs;

describe("tables by formula", () => {
  it.each(Object.entries(inputs))("%s give the logits that the golden file checks", (_, input) => {
    for (const [name, formula] of Object.entries({ policy: input.policyLogits, reference: input.referenceLogits })) {
      const checked = input.check[`${name}_b1_t1_v0to3`]!;
      checked.forEach((value, token) => expect(valueAt(formula, 1, 1, token)).toBeCloseTo(value, 12));
    }
  });

  it("put chosen and rejected of a pair side by side, aligned with the response", () => {
    const input = inputs.S1!;
    const { batch, logits } = givenPairs(input);
    expect([batch.prompts, batch.groupSize, batch.responseMask.shape[1]]).toEqual([3, 2, 6]);
    const ids = batch.responseIds.arraySync() as number[][];
    expect(ids.slice(0, 2)).toEqual([
      [4, 8, 12, 2, 0, 0],
      [8, 12, 2, 0, 0, 0],
    ]);
    const policy = logits!.policy.arraySync() as number[][][];
    expect(policy[1]![0]![5]).toBeCloseTo(valueAt(input.policyLogits, 3, 1, 5), 6);
  });
});

describe("a batch of groups", () => {
  it("masks what is missing: tokens beyond a response, end tokens of the content, whole candidates", () => {
    const batch = batchOf([
      [{ promptLength: 4, response: [7, 8, 2] }, undefined],
      [
        { promptLength: 2, response: [9, 2] },
        { promptLength: 2, response: [5, 6, 2, 2], content: 2 },
      ],
    ]);
    expect(batch.candidateMask.arraySync()).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect([...batch.promptLengths.dataSync()]).toEqual([4, 2]);
    expect(tf.sum(batch.responseMask, 1).arraySync()).toEqual([3, 0, 2, 4]);
    expect(tf.sum(batch.contentMask, 1).arraySync()).toEqual([2, 0, 1, 2]);
  });

  it("tables of tokens are padded with what is asked for", () => {
    expect(tokenTable([[1], [2, 3]], 3, 9).arraySync()).toEqual([
      [1, 9, 9],
      [2, 3, 9],
    ]);
  });
});
