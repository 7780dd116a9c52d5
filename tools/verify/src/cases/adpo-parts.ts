import { movingAverage, zScoreTargets } from "@tokenwise-tools/method-sketches";
import { tf } from "@tokenwise/kit";
import { batchOf } from "@tokenwise/testkit";
import { z } from "zod";
import { mean } from "../given/pairs.ts";
import { number, numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, hasOne, type CaseKind } from "./kind.ts";

const advantages = z.object({
  rewards: z.array(z.array(z.number()).min(1)).min(1),
  authors_code: z.object({ group: numbers.optional(), none: numbers.optional() }),
});

/** The trainer's advantages, as our targets have them: log q of temperature 1, centred. */
export const adpoAdvantages: CaseKind = {
  name: "ADPO advantages",
  recognizes: ({ fields }) =>
    has(fields, "rewards") && hasOne(fields.authors_code, "group", "none", "batch") && !has(fields, "options"),
  run({ fields }, findings) {
    const { rewards, authors_code: code } = advantages.parse(fields);
    findings.input("rewards", "groupSize");
    const batch = batchOf(rewards.map((group) => group.map(() => ({ promptLength: 1, response: [3, 2] }))));
    const compare = (name: "group" | "none", epsilon: number | "none") => {
      const read = { rewards: tf.tensor2d(rewards) };
      const targets = zScoreTargets({ temperature: 1, epsilon }).targets({ batch, read }).arraySync() as number[][];
      const ours = targets.flatMap((group) => {
        const logs = group.map(Math.log);
        return logs.map((value) => value - mean(logs));
      });
      findings.near(`authors_code.${name}`, ours, code[name], { unit: 1 });
    };
    compare("group", 1e-4);
    compare("none", "none");
    findings.unlike("authors_code.batch", "advantages are of groups: no scaling by the batch");
  },
};

const anchors = z.object({
  authors_code: z.object({
    runs: z.array(
      z.object({
        mode: z.string(),
        decay: z.number().nullish(),
        policyStart: rowsSchema,
        anchorStart: rowsSchema,
        policyChange: z.string(),
        calls: z.array(z.object({ call: z.int(), anchor: rowsSchema, updates: number.optional() })),
      }),
    ),
  }),
});

/** Anchors that move: reference ← keep·reference + (1 − keep)·policy, with what our anchor policy keeps. */
export const anchorMoves: CaseKind = {
  name: "ADPO anchors",
  recognizes: ({ fields }) => has(fields.authors_code, "runs") && anchors.safeParse(fields).success,
  run({ fields }, findings) {
    anchors.parse(fields).authors_code.runs.forEach((given, index) => {
      const field = `authors_code.runs.${index}`;
      if (given.mode !== "ema" || typeof given.decay !== "number") {
        findings.skip(field, `no anchor that is moved by "${given.mode}"`);
        return;
      }
      const growth = Number(/grows by ([\d.]+)\*k/.exec(given.policyChange)?.[1] ?? NaN);
      if (Number.isNaN(growth)) {
        findings.skip(field, `the change of the policy is not read: ${given.policyChange}`);
        return;
      }
      findings.input(
        ...["decay", "klThreshold", "window", "policyStart", "anchorStart"].map((key) => `${field}.${key}`),
      );
      const keep = movingAverage(given.decay).keep(null);
      let [policy, anchor] = [given.policyStart, given.anchorStart];
      given.calls.forEach(({ call, anchor: expected, updates }, at) => {
        const place = `${field}.calls.${at}`;
        anchor = anchor.map((row, i) => row.map((value, j) => keep * value + (1 - keep) * policy[i]![j]!));
        findings.input(`${place}.call`);
        findings.near(`${place}.anchor`, anchor, expected);
        findings.exact(`${place}.updates`, at + 1, updates);
        policy = policy.map((row) => row.map((value) => value + growth * call));
      });
    });
  },
};
