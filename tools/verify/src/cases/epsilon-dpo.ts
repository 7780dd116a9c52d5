import { epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { evaluate, type Evaluation } from "@tokenwise/testkit";
import { z } from "zod";
import { compareLosses, compareMetrics, expectedLosses, logProbSums } from "../check/losses.ts";
import { given, mean, pairsOf } from "../given/pairs.ts";
import { number, numbers } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  options: z.object({ epsilon: z.number(), beta: z.number(), labelSmoothing: z.number().default(0) }),
  authors_code: expectedLosses
    .extend({
      signal: numbers.optional(),
      policyLogProb: numbers.optional(),
      referenceLogProb: numbers.optional(),
      metrics: z.record(z.string(), number).optional(),
      betaAfter: number.optional(),
    })
    .prefault({}),
  derived: z
    .object({
      instanceBeta: numbers.optional(),
      tiltedDifference: z.object({ zero: numbers.optional() }).default({}),
    })
    .default({ tiltedDifference: {} }),
  paper: z.object({ betaAfter: number.optional(), lossesSmoothed: numbers.optional() }).default({}),
});

/** −1, 0 or +1 by pair. */
export function signals(result: Evaluation, method: ReturnType<typeof epsilonDpo>): readonly number[] {
  const { positive = [], negative = [] } = result.signalsOf(method.beta);
  return positive.map((value, pair) => value - negative[pair]!);
}

export const betaState = (result: Pick<Evaluation, "states">, method: ReturnType<typeof epsilonDpo>): number =>
  (result.states.get(method.beta) as { readonly beta: number }).beta;

/** ε-DPO, one step on given logits, as the released code and as the paper move β. */
export const epsilonStep: CaseKind = {
  name: "ε-DPO",
  recognizes: ({ fields }) =>
    has(fields.options, "epsilon", "beta") &&
    has(fields, "input") &&
    !has(fields, "steps") &&
    !has(fields.authors_code, "steps"),
  run(each, findings) {
    const { options, authors_code: code, derived, paper } = schema.parse(each.fields);
    const { epsilon, beta, labelSmoothing } = options;
    const input = pairsOf(each, findings);
    const table = given(input);
    const evaluated = (more: Parameters<typeof epsilonDpo>[0] = {}) => {
      const method = epsilonDpo({ epsilon, beta, ...more });
      return { method, result: evaluate(method, [table]) };
    };
    const { method, result } = evaluated(); // the released code reads labelSmoothing and does nothing with it
    const signal = [...signals(result, method)];
    findings.exact("authors_code.signal", signal, code.signal);
    compareLosses(findings, "authors_code", result, code, { input, beta });
    const sums = { policy: logProbSums(table, "policy", input), reference: logProbSums(table, "reference", input) };
    findings.near("authors_code.policyLogProb", sums.policy, code.policyLogProb, { unit: 1 });
    findings.near("authors_code.referenceLogProb", sums.reference, code.referenceLogProb, { unit: 1 });
    compareMetrics(findings, "authors_code.metrics", result, code.metrics, { table, input, beta });
    const metric = (name: string) => code.metrics?.[`kl/${name}`];
    const share = (sign: number) => mean(signal.map((value) => Number(value === sign)));
    findings.near("authors_code.metrics.kl/p_epsilon_steps", share(1), metric("p_epsilon_steps"));
    findings.near("authors_code.metrics.kl/n_epsilon_steps", share(-1), metric("n_epsilon_steps"));
    findings.near("authors_code.metrics.kl/avg_steps", mean(signal), metric("avg_steps"));
    const used = mean(result.metrics["epsilon-beta/beta"] ?? []);
    const tolerance = findings.tolerances.beta;
    findings.near("authors_code.metrics.kl/beta", used, metric("beta"), { tolerance });
    findings.near("authors_code.betaAfter", betaState(result, method), code.betaAfter, { tolerance });
    findings.near("derived.instanceBeta", [...result.beta], derived.instanceBeta, { tolerance });
    const zero = sums.policy.slice(0, input.pairs).map((sum, pair) => sum - sums.policy[pair + input.pairs]!);
    findings.near("derived.tiltedDifference.zero", zero, derived.tiltedDifference.zero, { unit: 1 });
    findings.unlike("derived.tiltedDifference", "of the tilted models only the signals leave the plugin");
    const asPaper = evaluated({ update: "paper" });
    findings.near("paper.betaAfter", betaState(asPaper.result, asPaper.method), paper.betaAfter, { tolerance });
    const smoothed = evaluated({ labelSmoothing }).result;
    findings.near("paper.lossesSmoothed", [...smoothed.losses], paper.lossesSmoothed);
  },
};
