import { column, compose, constantBeta, implicitReward, logistic, preferFirst, tf, tokenLogProb } from "@tokenwise/kit";
import { attentionPo } from "@tokenwise/plugin-attention-po";
import { evaluate, goldenColumn, reader } from "@tokenwise/testkit";
import { z } from "zod";
import { compareLosses, compareMetrics, expectedLosses } from "../check/losses.ts";
import { given, mean, pairsOf, sides, sum, tokenRows } from "../given/pairs.ts";
import { number, numbers, rows } from "../read/schemas.ts";
import { has, hasOne, type CaseKind } from "./kind.ts";

const schema = z.object({
  options: z.object({ beta: z.number(), labelSmoothing: z.number().default(0) }),
  weights: rows,
  authors_code: expectedLosses
    .extend({
      z: numbers.optional(),
      weightedRewardsChosen: numbers.optional(),
      weightedRewardsRejected: numbers.optional(),
      plainRewardsChosen: numbers.optional(),
      plainRewardsRejected: numbers.optional(),
      weightedPolicyLogProb: numbers.optional(),
      weightedReferenceLogProb: numbers.optional(),
      metrics: z.record(z.string(), number).optional(),
    })
    .prefault({}),
  paper: z.object({ losses: numbers.optional(), loss: number.optional() }).default({}),
});

/** AttentionPO's loss with given token weights. */
export const attentionLoss: CaseKind = {
  name: "AttentionPO",
  recognizes: ({ fields }) =>
    has(fields, "weights", "input") &&
    has(fields.options, "beta") &&
    !hasOne(fields, "steps", "storedScores", "attribution"),
  run(each, findings) {
    const { options, weights, authors_code: code, paper } = schema.parse(each.fields);
    const { beta, labelSmoothing } = options;
    const input = pairsOf(each, findings);
    findings.input("weights");
    const table = given(input, [goldenColumn(column("attention-po.weights"), weights, input)]);
    const result = evaluate(attentionPo({ beta, labelSmoothing }), [table]);
    compareLosses(findings, "authors_code", result, code, { input, beta });
    findings.near("paper.losses", [...result.losses], paper.losses);
    findings.near("paper.loss", result.loss, paper.loss);
    const margins = result.scores.map(([chosen, rejected]) => chosen! - rejected!);
    findings.near("authors_code.z", margins, code.z, { unit: 1 });
    const weighted = sides(result.rewards);
    const unit = { unit: beta };
    findings.near("authors_code.weightedRewardsChosen", weighted.chosen, code.weightedRewardsChosen, unit);
    findings.near("authors_code.weightedRewardsRejected", weighted.rejected, code.weightedRewardsRejected, unit);
    const plain = evaluate(
      compose({ beta: constantBeta({ beta }), scorer: implicitReward(), loss: logistic(), targets: preferFirst() }),
      [table],
    );
    const unweighted = sides(plain.rewards);
    findings.near("authors_code.plainRewardsChosen", unweighted.chosen, code.plainRewardsChosen, unit);
    findings.near("authors_code.plainRewardsRejected", unweighted.rejected, code.plainRewardsRejected, unit);
    const weighed = (model: "policy" | "reference") =>
      tokenRows(reader(table)(tokenLogProb(model)) as tf.Tensor, input).map((row, at) =>
        sum(row.map((value, token) => value * weights[at]![token]!)),
      );
    const policy = weighed("policy");
    findings.near("authors_code.weightedPolicyLogProb", policy, code.weightedPolicyLogProb, { unit: 1 });
    findings.near("authors_code.weightedReferenceLogProb", weighed("reference"), code.weightedReferenceLogProb, {
      unit: 1,
    });
    compareMetrics(findings, "authors_code.metrics", plain, code.metrics, { table, input, beta });
    const metrics = {
      "rewards/weighted_chosen": mean(weighted.chosen),
      "rewards/weighted_rejected": mean(weighted.rejected),
      "rewards/weighted_margins": mean(weighted.chosen) - mean(weighted.rejected),
      "rewards/weighted_accuracies": mean(
        weighted.chosen.map((reward, pair) => Number(reward > weighted.rejected[pair]!)),
      ),
      "logps/weighted_chosen": mean(policy.slice(0, input.pairs)),
      "logps/weighted_rejected": mean(policy.slice(input.pairs)),
    };
    for (const [name, value] of Object.entries(metrics))
      findings.near(`authors_code.metrics.${name}`, value, code.metrics?.[name], {
        unit: name.startsWith("logps") ? 1 : beta,
      });
  },
};
