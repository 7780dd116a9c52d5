import { dpo } from "@tokenwise/kit";
import { evaluate } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { compareGradient } from "../check/gradient.ts";
import { compareMetrics } from "../check/losses.ts";
import { pairPlaces } from "../given/pairs.ts";
import { trlInput } from "../given/trl.ts";
import { gradient, number } from "../read/schemas.ts";
import { trlConfig, trlMethod, type TrlConfig } from "./trl-methods.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  loss: number,
  metrics: z.record(z.string(), number).default({}),
  grad_l2: z.number().optional(),
  grad_sum_abs: z.number().optional(),
  grad_at: gradient.shape.at,
});

/** Losses of TRL's DPO trainer on given logits. */
export const trlLosses: CaseKind = {
  name: "TRL loss",
  recognizes: ({ fields }) => has(fields.config, "loss_types"),
  run(each, findings) {
    findings.input("config");
    if ("error" in each.fields) {
      findings.skip("", `the original raises: ${String(each.fields.error).slice(0, 60)}…`);
      return;
    }
    const unknown = Object.keys(each.fields.config as object).filter((key) => !(key in trlConfig.shape));
    if (unknown.length > 0) {
      findings.skip("", `no option ${unknown.join(", ")}`);
      return;
    }
    const config = trlConfig.parse(each.fields.config);
    const expected = schema.parse(each.fields);
    const method = trlMethod(config);
    if (typeof method === "string") {
      findings.skip("", method);
      return;
    }
    const { input, table } = trlInput(each, findings);
    const result = evaluate(method, [table]);
    findings.near("loss", result.loss, expected.loss);
    const { grad_l2: l2, grad_sum_abs: sumAbs, grad_at: at } = expected;
    const slope = result.gradients.policy[0]!;
    compareGradient(findings, "grad", slope, { l2, sumAbs, at }, pairPlaces(input), findings.tolerances.value);
    findings.input("grad_l2", "grad_sum_abs", "grad_at"); // compared as parts of "grad"
    // TRL logs rewards where nothing is scored, too: those of DPO.
    const scored =
      method.objectives.length > 0
        ? result
        : evaluate(dpo(config.beta === undefined ? {} : { beta: config.beta }), [table]);
    const context = { table, input, beta: config.beta ?? 0.1 };
    findings.unlike("metrics.num_tokens", "a prompt counts once here, and with each response there");
    compareMetrics(findings, "metrics", scored, metricsOf(expected.metrics, config, findings), context);
  },
};

/** Where length is desensitized, log-probabilities are logged with their weights there, and without them here. */
function metricsOf(metrics: Readonly<Record<string, number>>, { ld = 1 }: TrlConfig, findings: Findings) {
  if (ld === 1 || ld === null) return metrics;
  const names = Object.keys(metrics).filter((name) => name.startsWith("logps/"));
  for (const name of names) findings.skip(`metrics.${name}`, "weighted there, and not here");
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !names.includes(name)));
}
