/** The values that nearly every case has: losses, rewards, gradients, sums of log-probabilities. */
import { measuresOf } from "@tokenwise/core";
import { tf, tokenLogProb, type Request } from "@tokenwise/kit";
import { reader, type Evaluation, type Given, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import { mean, pairPlaces, sides, sum, tokenRows } from "../given/pairs.ts";
import { gradient, number, numbers } from "../read/schemas.ts";
import { compareGradient } from "./gradient.ts";
import type { Findings } from "./findings.ts";

export const expectedLosses = z.object({
  losses: numbers.optional(),
  loss: number.optional(),
  rewardsChosen: numbers.optional(),
  rewardsRejected: numbers.optional(),
  rewardAccuracy: number.optional(),
  gradient: gradient.optional(),
});
export type ExpectedLosses = z.output<typeof expectedLosses>;

/** Losses, rewards and the gradient of pairs. `beta`: the unit of rewards, which are β times nats. */
export function compareLosses(
  findings: Findings,
  block: string,
  result: Evaluation,
  expected: ExpectedLosses,
  { input, beta }: { readonly input: GoldenPairs; readonly beta: number },
): void {
  const { chosen, rejected } = sides(result.rewards);
  findings.near(`${block}.losses`, [...result.losses], expected.losses);
  findings.near(`${block}.loss`, result.loss, expected.loss);
  findings.near(`${block}.rewardsChosen`, chosen, expected.rewardsChosen, { unit: beta });
  findings.near(`${block}.rewardsRejected`, rejected, expected.rewardsRejected, { unit: beta });
  const accuracy = mean(chosen.map((reward, pair) => Number(reward > rejected[pair]!)));
  findings.near(`${block}.rewardAccuracy`, accuracy, expected.rewardAccuracy);
  compareGradient(findings, `${block}.gradient`, result.gradients.policy[0]!, expected.gradient, pairPlaces(input));
}

/** Σ_t log π(y_t) of a model by row of the file, in nats. */
export const logProbSums = (table: Given, model: "policy" | "reference", input: GoldenPairs): number[] =>
  tf.tidy(() => tokenRows(reader(table)(tokenLogProb(model)) as tf.Tensor, input).map(sum));

/** Means over pairs under the names that trainers log them by. */
export function compareMetrics(
  findings: Findings,
  block: string,
  result: Evaluation,
  expected: unknown,
  { table, input, beta }: { readonly table: Given; readonly input: GoldenPairs; readonly beta: number },
): void {
  const metrics = z.record(z.string(), z.unknown()).optional().parse(expected);
  if (!metrics) return;
  const { chosen, rejected } = sides(result.rewards);
  const sums = logProbSums(table, "policy", input);
  const rewards = {
    "rewards/chosen": mean(chosen),
    "rewards/rejected": mean(rejected),
    "rewards/margins": mean(chosen) - mean(rejected),
    "rewards/accuracies": mean(chosen.map((reward, pair) => Number(reward > rejected[pair]!))),
  };
  const logps = {
    "logps/chosen": mean(sums.slice(0, input.pairs)),
    "logps/rejected": mean(sums.slice(input.pairs)),
  };
  for (const [name, value] of Object.entries({ ...rewards, ...logps }))
    findings.near(`${block}.${name}`, value, number.optional().parse(metrics[name]), {
      unit: name in rewards ? beta : 1,
    });
  const measured = measuresOf(new Map(), false);
  const perToken = (request: Request): number[][] =>
    tf.tidy(() => tokenRows(reader(table)(request) as tf.Tensor, input));
  const logits = perToken(measured.logits);
  const full = {
    entropy: mean(perToken(measured.entropy).flat()),
    "logits/chosen": mean(logits.slice(0, input.pairs).flat()),
    "logits/rejected": mean(logits.slice(input.pairs).flat()),
    mean_token_accuracy: mean(perToken(measured.hit).slice(0, input.pairs).flat()),
  };
  for (const [name, value] of Object.entries(full))
    findings.near(`${block}.${name}`, value, number.optional().parse(metrics[name]), { unit: 1 });
}
