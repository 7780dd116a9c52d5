import { z } from "zod";
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

/** TI-DPO's attribution on a model given by a formula: its target, and the weights of the attribution that the case states. */
export const attributionOfModel: CaseKind = {
  name: "TI-DPO attribution",
  recognizes: ({ fields }) => has(fields, "model", "rows") && has(fields.authors_code, "importance"),
  run({ fields }, findings) {
    const { model: stated, rows, options, authors_code: code } = schema.parse(fields);
    findings.input("model", "rows", "options");
    const model = goldenModel(stated, "policy");
    const last = rows.map((row) => logitsOfSequence(model, row).at(-1)!);
    model.dispose();
    const largest = last.map((logits) => Math.max(...logits));
    findings.exact(
      "authors_code.targetTokenId",
      last.map((logits, row) => logits.indexOf(largest[row]!)),
      code.targetTokenId,
    );
    findings.near("authors_code.targetLogit", largest, code.targetLogit);
    findings.skip("authors_code.importance", "the trainer serves no gradients of inputs yet");
    if (isClamped(options)) {
      findings.skip("authors_code.weights", clamped);
      return;
    }
    const ours = spanWeights(code.importance, { lambda: options.lambda_, priorDivisor: options.sigmaDivisor });
    findings.near("authors_code.weights", ours, code.weights);
  },
};
