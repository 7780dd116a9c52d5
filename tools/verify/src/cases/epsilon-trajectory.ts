import { epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { evaluate, type Moment } from "@tokenwise/testkit";
import { z } from "zod";
import { given, mean, pairsOf, sides } from "../given/pairs.ts";
import { number } from "../read/schemas.ts";
import { betaState, signals } from "./epsilon-dpo.ts";
import { has, type CaseKind } from "./kind.ts";

const microBatch = z.object({
  m: z.int(),
  loss: number,
  p: number.optional(),
  n: number.optional(),
  rewardsMargin: number.optional(),
});
const schema = z.object({
  options: z.object({ epsilon: z.number(), beta: z.number() }),
  authors_code: z.object({
    steps: z.array(
      z.object({
        step: z.int().optional(),
        betaUsed: number.optional(),
        microBatches: z.array(microBatch).min(1),
        meanSignal: number.optional(),
        betaAfter: number.optional(),
      }),
    ),
    evaluationAfterwards: microBatch.extend({ betaUnchanged: number.optional() }).optional(),
  }),
});

/** ε-DPO over optimizer steps of several micro-batches, β carried from step to step, then an evaluation. */
export const epsilonTrajectory: CaseKind = {
  name: "ε-DPO trajectory",
  recognizes: ({ fields }) => has(fields.options, "epsilon", "beta") && has(fields.authors_code, "steps"),
  run(each, findings) {
    const { options, authors_code: code } = schema.parse(each.fields);
    const { epsilon, beta } = options;
    const input = pairsOf(each, findings);
    const method = epsilonDpo({ epsilon, beta });
    const tolerance = findings.tolerances.beta;
    let states: Moment["states"];
    const betaNow = () => (states ? betaState({ states }, method) : beta);
    const compare = (field: string, expected: readonly z.output<typeof microBatch>[], moment: Moment) => {
      const tables = expected.map(({ m }) => given(input, [], m));
      const result = evaluate(method, tables, { ...moment, ...(states && { states }) });
      const signal = signals(result, method);
      const { chosen, rejected } = sides(result.rewards);
      const margins = chosen.map((reward, pair) => reward - rejected[pair]!);
      expected.forEach(({ loss, p, n, rewardsMargin }, index) => {
        const own = <T>(values: readonly T[]) => values.slice(index * input.pairs, (index + 1) * input.pairs);
        const place = field.endsWith("Afterwards") ? field : `${field}.microBatches.${index}`;
        findings.input(`${place}.m`);
        findings.near(`${place}.loss`, mean(own(result.losses)), loss);
        findings.exact(`${place}.p`, mean(own(signal).map((value) => Number(value === 1))), p);
        findings.exact(`${place}.n`, mean(own(signal).map((value) => Number(value === -1))), n);
        findings.near(`${place}.rewardsMargin`, mean(own(margins)), rewardsMargin, { unit: beta });
      });
      return { result, signal };
    };
    code.steps.forEach((step, index) => {
      const field = `authors_code.steps.${index}`;
      findings.input(`${field}.step`);
      findings.near(`${field}.betaUsed`, betaNow(), step.betaUsed, { tolerance });
      const { result, signal } = compare(field, step.microBatches, { step: index + 1 });
      findings.exact(`${field}.meanSignal`, mean(signal), step.meanSignal);
      ({ states } = result);
      findings.near(`${field}.betaAfter`, betaNow(), step.betaAfter, { tolerance });
    });
    const after = code.evaluationAfterwards;
    if (after) {
      compare("authors_code.evaluationAfterwards", [after], { training: false });
      findings.near("authors_code.evaluationAfterwards.betaUnchanged", betaNow(), after.betaUnchanged, { tolerance });
    }
    findings.unlike("authors_code.betaAsReleased", "the same with a 32-bit mean in the released code");
  },
};
