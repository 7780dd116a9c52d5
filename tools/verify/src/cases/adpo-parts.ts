import { copyOnDrift, movingAverage, tf, type AnchorPolicy } from "@tokenwise/kit";
import { groupTargets, type Options } from "@tokenwise/plugin-adpo";
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
    const compare = (name: "group" | "none", targets: NonNullable<Options["targets"]>) => {
      const read = { rewards: tf.tensor2d(rewards) };
      const values = groupTargets({ targets }).targets({ batch, read }).arraySync() as number[][];
      const ours = values.flatMap((group) => {
        const logs = group.map(Math.log);
        return logs.map((value) => value - mean(logs));
      });
      findings.near(`authors_code.${name}`, ours, code[name], { unit: 1 });
    };
    compare("group", { kind: "z-score", temperature: 1, epsilon: 1e-4 });
    compare("none", { kind: "raw", temperature: 1 });
    findings.unlike("authors_code.batch", "advantages are of groups: no scaling by the batch");
  },
};

const anchors = z.object({
  authors_code: z.object({
    runs: z.array(
      z.object({
        mode: z.string(),
        decay: z.number().nullish(),
        klThreshold: z.number().positive().default(0.1),
        window: z.int().positive().default(10),
        observedMeanAbsDelta: z.array(z.number()).nullish(),
        policyStart: rowsSchema,
        anchorStart: rowsSchema,
        policyChange: z.string(),
        calls: z.array(z.object({ call: z.int(), anchor: rowsSchema, updates: number.optional() })),
      }),
    ),
  }),
});

type Run = z.output<typeof anchors>["authors_code"]["runs"][number];

/** Anchors that move: reference ← keep·reference + (1 − keep)·policy, with what our anchor policy keeps. */
export const anchorMoves: CaseKind = {
  name: "ADPO anchors",
  recognizes: ({ fields }) => has(fields.authors_code, "runs") && anchors.safeParse(fields).success,
  run({ fields }, findings) {
    anchors.parse(fields).authors_code.runs.forEach((given, index) => {
      const field = `authors_code.runs.${index}`;
      const anchorPolicy = anchorOf(given);
      if (!anchorPolicy) {
        findings.skip(field, `no anchor that is moved by "${given.mode}"`);
        return;
      }
      const growth = Number(/grows by ([\d.]+)\*k/.exec(given.policyChange)?.[1] ?? NaN);
      if (Number.isNaN(growth)) {
        findings.skip(field, `the change of the policy is not read: ${given.policyChange}`);
        return;
      }
      findings.input(
        ...["decay", "klThreshold", "window", "observedMeanAbsDelta", "policyStart", "anchorStart"].map(
          (key) => `${field}.${key}`,
        ),
      );
      let [state, updated] = [anchorPolicy.state?.init() ?? null, 0];
      let [policy, anchor] = [given.policyStart, given.anchorStart];
      given.calls.forEach(({ call, anchor: expected, updates }, at) => {
        const place = `${field}.calls.${at}`;
        const drift = { mean: given.observedMeanAbsDelta?.[at] ?? 0, standardDeviation: 0, count: 1 };
        state = anchorPolicy.state?.update(state, { step: at + 1, signal: { drift } }) ?? null;
        const keep = anchorPolicy.keep(state);
        if (keep < 1) updated += 1;
        anchor = anchor.map((row, i) => row.map((value, j) => keep * value + (1 - keep) * policy[i]![j]!));
        findings.input(`${place}.call`);
        findings.near(`${place}.anchor`, anchor, expected);
        findings.exact(`${place}.updates`, updated, updates);
        policy = policy.map((row) => row.map((value) => value + growth * call));
      });
    });
  },
};

function anchorOf({ mode, decay, klThreshold: threshold, window }: Run): AnchorPolicy | undefined {
  if (mode === "ema" && typeof decay === "number") return movingAverage({ keep: decay });
  return mode === "kl_triggered" ? copyOnDrift({ threshold, window }) : undefined;
}
