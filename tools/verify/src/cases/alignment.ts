import { attentionWeights, weightsColumn } from "@tokenwise/plugin-attention-po";
import { z } from "zod";
import { judgeTools, type JudgePass } from "../given/judge.ts";
import { ids, numbers } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const side = <T extends z.ZodType>(of: T) => z.object({ chosen: of, rejected: of });
const aligned = z.object({
  completionIds: side(ids),
  judgeIds: side(ids),
  weights: side(numbers),
  endTokenId: z.int(),
  maxCompletionLength: z.int().nullish(),
  output: z.object({
    chosen_input_ids: ids.optional(),
    rejected_input_ids: ids.optional(),
    chosen_weights: numbers.optional(),
    rejected_weights: numbers.optional(),
  }),
});
const schema = z.object({ authors_code: z.object({ cases: z.array(aligned) }) });

/** Judge tokens to training tokens: ours knows where they stand, so only those that begin alike can be compared. */
export const judgeAlignment: CaseKind = {
  name: "AttentionPO alignment",
  recognizes: ({ fields }) => {
    const cases = has(fields.authors_code, "cases") ? (fields.authors_code as { cases: unknown }).cases : [];
    return Array.isArray(cases) && has(cases[0], "judgeIds", "completionIds");
  },
  async run({ fields }, findings) {
    for (const [index, each] of schema.parse(fields).authors_code.cases.entries()) {
      const field = `authors_code.cases.${index}`;
      findings.input(
        ...Object.keys(aligned.shape)
          .filter((key) => key !== "output")
          .map((key) => `${field}.${key}`),
      );
      findings.input(
        `${field}.output.prompt_input_ids`,
        `${field}.output.chosen_input_ids`,
        `${field}.output.rejected_input_ids`,
      );
      const sides = ["chosen", "rejected"] as const;
      const whole = sides.every((which) => each.judgeIds[which].length === each.weights[which].length);
      const alike = sides.every((which) =>
        each.judgeIds[which].every((id, at) => id === each.completionIds[which][at]),
      );
      if (!whole || !alike) {
        findings.skip(
          field,
          whole
            ? "spans are exact here: no matching of tokens that differ"
            : "weights of another length are refused here",
        );
        continue;
      }
      const ours = await alignedWeights(each);
      sides.forEach((which, at) =>
        findings.near(`${field}.output.${which}_weights`, ours[at]!, each.output[`${which}_weights`]),
      );
    }
  },
};

/** A judge whose attention to the answers is the given weights, in both orders. */
async function alignedWeights({ completionIds, weights, endTokenId, maxCompletionLength }: z.output<typeof aligned>) {
  const given = [weights.chosen, weights.rejected];
  const responses = [completionIds.chosen, completionIds.rejected].map((completion, at) => ({
    ids: Int32Array.from([...completion, endTokenId]),
    content: given[at]!.length,
  }));
  const pass = (first: readonly number[], second: readonly number[]): JudgePass => ({
    length: first.length + second.length,
    spanA: [0, first.length],
    spanB: [first.length, first.length + second.length],
    row: () => [...first, ...second],
  });
  const [annotator] = attentionWeights({ sinkTokens: 0 }).annotators!;
  const tools = judgeTools(pass(weights.chosen, weights.rejected), pass(weights.rejected, weights.chosen));
  const { columns } = await annotator!.annotate({ prompt: new Int32Array(1), responses }, tools);
  return columns[weightsColumn]!.map((row) => [...row].slice(0, maxCompletionLength ?? row.length));
}
