/** The contract holds for sound methods, and catches methods with one mistake. */
import { dpo, method, tf } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkContract, type Subject } from "../src/index.ts";
import { columnClone, dpoClone, epsilonClone, maskClone, tdpoClone } from "./clones.ts";
import { kept, mutants, problemsOf } from "./mutants.ts";

const sound: Readonly<Record<string, Subject>> = {
  DPO: dpoClone(),
  "ε-DPO": epsilonClone(),
  "token weights from a column": columnClone(),
  "TDPO-2": tdpoClone(),
  "a trained mask": maskClone(),
};

describe("a sound method satisfies every law", () => {
  it.each(Object.keys(sound))("%s", async (name) => {
    const results = await checkContract(sound[name]!);
    expect(results.filter(({ holds }) => !holds).map(({ problem }) => problem)).toEqual([]);
  });
});

describe("a method with one mistake breaks a law", () => {
  it.each(mutants)("%s: %s", (_, law, mutant) => {
    expect(problemsOf(law, mutant).length).toBeGreaterThan(0);
    tf.dispose(kept.splice(0));
  });

  it("and the problem says what, where and how much", () => {
    const [, law, mutant] = mutants[0]!;
    expect(problemsOf(law, mutant)[0]).toMatch(/moves log π of the preferred response by -\d\.\d+, of the others by/);
    const [problem] = problemsOf("options/effects", dpoClone({ smoothing: () => 0 }));
    expect(problem).toMatch(/the option "labelSmoothing" changes nothing: tried 0.25/);
    const named = z.object({ names: z.array(z.string()).length(2).default(["x", "y"]) });
    const listed = method({ name: "listed", options: named, create: () => dpo() });
    expect(problemsOf("options/effects", listed)[0]).toMatch(/"names" changes nothing: tried \["a","b"\]/);
  });
});
