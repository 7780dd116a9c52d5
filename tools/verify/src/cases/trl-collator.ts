import { tokenizePreference } from "@tokenwise/data";
import { z } from "zod";
import { characterTokenizer } from "../given/tokenizer.ts";
import { tokenPairs } from "../given/trl.ts";
import { ids } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const flags = z.array(z.array(z.int().min(0).max(1)));
const schema = z.object({
  max_length: z.int().positive().nullish(),
  truncation_mode: z.enum(["keep_start", "keep_end"]).default("keep_start"),
  output: z.object({ input_ids: z.array(ids), attention_mask: flags, completion_mask: flags }),
});

interface Row {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

/** Rows of preference data made to fit: token ids and where the response begins. Our streams have no padding. */
export const collatedRows: CaseKind = {
  name: "truncated rows",
  recognizes: ({ fields, file }) => has(fields.output, "input_ids", "completion_mask") && has(file, "pairs"),
  run({ fields, file }, findings) {
    const { max_length, truncation_mode, output } = schema.parse(fields);
    const pairs = tokenPairs.parse(file.pairs);
    findings.input("max_length", "pad_to_multiple_of", "output");
    const theirs = output.input_ids.map((row, at): Row => {
      const of = (side: 0 | 1) =>
        row.filter(
          (_, column) => output.attention_mask[at]?.[column] === 1 && output.completion_mask[at]?.[column] === side,
        );
      return { prompt: of(0), response: of(1) };
    });
    pairs.forEach(({ prompt_ids, chosen_ids, rejected_ids }, pair) => {
      const [chosen, rejected] = [theirs[pair], theirs[pair + pairs.length]];
      const field = `output.pairs.${pair}`;
      if (!chosen || !rejected) {
        findings.holds(field, false);
        return;
      }
      const difference = differenceOf(chosen, rejected, { prompt: prompt_ids, responses: [chosen_ids, rejected_ids] });
      if (difference) {
        findings.skip(field, difference);
        return;
      }
      const example = tokenizePreference(
        { prompt: prompt_ids, chosen: chosen_ids, rejected: rejected_ids },
        {
          tokenizer: characterTokenizer(undefined),
          truncation: truncation_mode === "keep_start" ? "keep-start" : "keep-end",
          ...(typeof max_length === "number" && { maxLength: max_length }),
        },
      );
      [chosen, rejected].forEach((row, at) => {
        findings.exact(`${field}.${at}.prompt`, [...example.prompt], [...row.prompt]);
        findings.exact(`${field}.${at}.response`, [...example.candidates[at]!.ids], [...row.response]);
      });
    });
  },
};

/** Where TRL cuts otherwise than ours does by design: the prompt gives way first, the same for both, and neither is ever empty. */
function differenceOf(
  chosen: Row,
  rejected: Row,
  whole: { readonly prompt: readonly number[]; readonly responses: readonly (readonly number[])[] },
): string | undefined {
  const kept = [chosen, rejected];
  if (kept.some(({ response }) => response.length === 0)) return "a response of which nothing is left there";
  if (kept.some(({ prompt }) => prompt.length === 0)) return "a prompt of which nothing is left there";
  if (chosen.prompt.join() !== rejected.prompt.join()) return "chosen and rejected have different prompts there";
  if (kept.some(({ response }, at) => response.length < whole.responses[at]!.length))
    return "responses are cut there though the prompt could be";
  return undefined;
}
