/** Every law can fail: for each there is a method that breaks it, and a twin that does not. */
import { compose, constantBeta, implicitReward, logistic, method, tf, weighter } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { lawIds } from "../src/contract/cases.ts";
import { checkContract } from "../src/index.ts";
import { table } from "./broken.ts";
import { kept, mutants, problemsOf } from "./mutants.ts";

describe("every law can fail", () => {
  it("for each there is a broken method", () => {
    const declared = ["worked", "neutral"]; // broken in worked.test.ts
    const broken = new Set([...declared, ...mutants.map(([, law]) => law), ...table.map(({ law }) => law)]);
    expect([...broken].sort()).toEqual([...lawIds].sort());
  });

  it.each(table.map((row) => [row.law, row.why, row] as const))("%s: %s", (law, _, { broken, sound }) => {
    expect(problemsOf(law, broken).length).toBeGreaterThan(0);
    expect(problemsOf(law, sound)).toEqual([]);
    tf.dispose(kept.splice(0));
  });
});

describe("branches of a schema", () => {
  const kinds = ["even", "of-the-batch"] as const;
  const branching = method({
    name: "branching",
    options: z.object({
      weights: z
        .discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("none") }),
          z.strictObject({
            kind: z.literal("column"),
            size: z.number().default(1),
            scale: z.enum(kinds).default("even"),
          }),
        ])
        .default({ kind: "none" }),
    }),
    create: ({ weights }) =>
      compose({
        ...(weights.kind === "column" && {
          weighter: weighter({
            name: "branching",
            weigh({ batch }) {
              const weight = tf.mul(batch.contentMask, weights.size);
              return { reward: weights.scale === "even" ? weight : tf.div(weight, tf.mean(weight)) };
            },
          }),
        }),
        beta: constantBeta(),
        scorer: implicitReward(),
        loss: logistic(),
      }),
  });

  it("are all tried, with the members of their enumerations: a mistake in one of them is found", async () => {
    const failed = (await checkContract(branching)).filter(({ law, holds }) => !holds && law === "micro-batches");
    expect(failed.map(({ name }) => name)).toEqual([expect.stringContaining('"of-the-batch"')]);
  });

  it("are left out of a short check", async () => {
    const results = await checkContract(branching, { effort: "small" });
    expect(results.filter(({ name }) => name.includes('"of-the-batch"'))).toEqual([]);
  });
});
