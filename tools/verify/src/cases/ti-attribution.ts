import { readRequests } from "@tokenwise/core";
import { derived, inputGradient, tf } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { z } from "zod";
import { sum } from "../given/pairs.ts";
import { goldenModel, logitsOfSequence, modelSchema } from "../given/llama.ts";
import { ids, number, numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";
import { clamped, isClamped, spanWeights } from "./ti-weights.ts";

const schema = z.object({
  model: modelSchema,
  rows: z.array(ids.min(1)),
  options: z.object({ lambda_: z.number(), sigmaDivisor: z.number() }),
  authors_code: z.object({
    targetTokenId: z.array(z.int()).optional(),
    targetLogit: numbers.optional(),
    importance: z.array(z.array(number)),
    weights: rowsSchema.optional(),
  }),
});

/** TI-DPO's attribution on a model given by a formula: its target, the norms of the gradients, and the weights of those that the case states. */
export const attributionOfModel: CaseKind = {
  name: "TI-DPO attribution",
  recognizes: ({ fields }) => has(fields, "model", "rows") && has(fields.authors_code, "importance"),
  async run({ fields }, findings) {
    const { model: stated, rows, options, authors_code: code } = schema.parse(fields);
    findings.input("model", "rows", "options");
    const model = goldenModel(stated, "policy");
    const last = rows.map((row) => logitsOfSequence(model, row).at(-1)!);
    const attributed = await attributionOf(model, rows);
    model.dispose();
    const largest = last.map((logits) => Math.max(...logits));
    findings.exact(
      "authors_code.targetTokenId",
      last.map((logits, row) => logits.indexOf(largest[row]!)),
      code.targetTokenId,
    );
    findings.near("authors_code.targetLogit", largest, code.targetLogit);
    findings.near("authors_code.importance", attributed, code.importance, { tolerance: findings.tolerances.gradient });
    if (isClamped(options)) {
      findings.skip("authors_code.weights", clamped);
      return;
    }
    const ours = spanWeights(code.importance, { lambda: options.lambda_, priorDivisor: options.sigmaDivisor });
    findings.near("authors_code.weights", ours, code.weights);
  },
};

const needs = { attribution: inputGradient({ norm: "l1" }) };
const ofResponse = derived("verify.of-response", "B,T", needs, ({ read }) => tf.clone(read.attribution.response));
const ofSequence = derived("verify.of-sequence", "P,G", needs, ({ read }) => tf.clone(read.attribution.sequenceTotal));

/** Of all tokens of sequences: the first one as the prompt, which has what the others leave of the total. */
async function attributionOf(policy: CausalModel, rows: readonly (readonly number[])[]): Promise<number[][]> {
  const examples = rows.map(([first, ...rest], line) => ({
    source: { file: "rows", line },
    prompt: Int32Array.of(first!),
    candidates: [{ ids: Int32Array.from(rest), content: rest.length }],
  }));
  const { response, total } = await readRequests({
    policy,
    examples,
    needs: { response: ofResponse, total: ofSequence },
  });
  return response.map((values, row) => [total[row]![0]! - sum([...values]), ...values]);
}
