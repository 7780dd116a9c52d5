import { tokenizePreference } from "@tokenwise/data";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { characterTokenizer } from "../given/tokenizer.ts";
import { ids, numbers } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const output = z.object({
  chosen_input_ids: ids,
  chosen_labels: z.array(z.int()),
  chosen_weight: numbers,
  rejected_input_ids: ids,
  rejected_labels: z.array(z.int()),
  rejected_weight: numbers,
});
const row = z.object({
  prompt: ids,
  chosen: ids,
  rejected: ids,
  chosenWeights: numbers,
  rejectedWeights: numbers,
  maxLength: z.int(),
  maxPromptLength: z.int(),
  mode: z.enum(["keep_start", "keep_end"]),
  endTokenId: z.int().default(2),
  output,
});
const schema = z.object({ authors_code: z.object({ cases: z.array(row) }) });

/** Rows of weighted tokens made to fit: as the reader of the data makes them. */
export const rowAssembly: CaseKind = {
  name: "TIS-DPO rows",
  recognizes: ({ fields }) =>
    has(fields.authors_code, "cases") &&
    [((fields.authors_code as { cases: unknown }).cases as unknown[])[0]].every((each) =>
      has(each, "chosenWeights", "maxPromptLength"),
    ),
  run({ fields }, findings) {
    schema.parse(fields).authors_code.cases.forEach((each, index) => {
      const field = `authors_code.cases.${index}`;
      findings.input(
        ...Object.keys(row.shape)
          .filter((key) => key !== "output")
          .map((key) => `${field}.${key}`),
      );
      compareRow(each, field, findings);
    });
  },
};

function compareRow(given: z.output<typeof row>, field: string, findings: Findings): void {
  const { prompt, chosen, rejected, chosenWeights, rejectedWeights, maxLength, maxPromptLength, mode, endTokenId } =
    given;
  const longest = Math.max(chosen.length, rejected.length) + 1;
  const cut = prompt.length + longest > maxLength;
  // Ours shortens every prompt to its limit, and gives it no less than half of the length; the released code only what is too long.
  if (!cut && prompt.length > maxPromptLength) {
    findings.skip(field, "a row that fits keeps a prompt above its limit there, and is cut here");
    return;
  }
  const kept = Math.min(prompt.length, maxPromptLength);
  if (cut && kept > Math.max(maxLength - longest, Math.floor(maxLength / 2))) {
    findings.skip(field, "here a prompt gives way to the response down to half of the length; there to its own limit");
    return;
  }
  const example = tokenizePreference(
    {
      prompt,
      chosen: [...chosen, endTokenId],
      rejected: [...rejected, endTokenId],
      chosen_weight: chosenWeights,
      rejected_weight: rejectedWeights,
    },
    {
      tokenizer: characterTokenizer(endTokenId),
      maxLength,
      maxPromptLength,
      truncation: mode === "keep_start" ? "keep-start" : "keep-end",
      columns: { values: { weights: ["chosen_weight", "rejected_weight"] } },
    },
  );
  (["chosen", "rejected"] as const).forEach((side, at) => {
    const { ids: response, content } = example.candidates[at]!;
    const start = example.prompt.length;
    findings.exact(
      `${field}.output.${side}_input_ids`,
      [...example.prompt, ...response],
      given.output[`${side}_input_ids`],
    );
    findings.exact(
      `${field}.output.${side}_labels`,
      [...example.prompt.map(() => -100), ...response],
      given.output[`${side}_labels`],
    );
    const weights = [...(example.columns?.weights?.[at] ?? [])].slice(0, content);
    // Prompts and end tokens have no weight in our columns: the method gives them 0.
    const ours = [...Array<number>(start).fill(0), ...weights, ...Array<number>(response.length - content).fill(0)];
    const expected = given.output[`${side}_weight`];
    const lastIsText = content === response.length;
    if (lastIsText) findings.skip(`${field}.output.${side}_weight`, "of the last token: 0 there even if it is text");
    const compared = (values: readonly number[]) => (lastIsText ? values.slice(0, -1) : [...values]);
    findings.near(`${field}.output.${side}_weight`, compared(ours), compared(expected));
  });
}
