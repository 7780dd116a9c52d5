import { tokenizePreference } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { characterTokenizer } from "../given/tokenizer.ts";
import { has, type CaseKind } from "./kind.ts";

const side = z.union([z.string(), z.array(z.object({ role: z.string(), content: z.string() }))]);
type Side = z.output<typeof side>;
const schema = z.object({
  input: z.object({ chosen: side, rejected: side }),
  output: z.object({ prompt: side, chosen: side, rejected: side }),
});
type Row = z.output<typeof schema>;

/** Rows without a prompt: what chosen and rejected share becomes one. */
export const implicitPrompts: CaseKind = {
  name: "implicit prompt",
  recognizes: ({ fields }) => has(fields.input, "chosen", "rejected") && has(fields.output, "prompt"),
  run({ fields }, findings) {
    const row = schema.parse(fields);
    const defect = typeof row.input.chosen === "string" ? defectOf(row) : undefined;
    const tokenizer = characterTokenizer(undefined);
    let ours: readonly string[];
    try {
      const { prompt, candidates } = tokenizePreference(row.input, { tokenizer, endToken: false });
      ours = [prompt, ...candidates.map((candidate) => candidate!.ids)].map((ids) => tokenizer.decode(ids));
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
      findings.skip(
        "",
        `${defect ? `${defect} there; ` : ""}the row is refused here: ${error.message.split("\n")[0]} (${error.code})`,
      );
      return;
    }
    const theirs = renderedOf(row);
    if (defect && ours.join("|") !== theirs.join("|")) {
      differs(findings, row, ours, defect);
      return;
    }
    for (const [at, name] of ["prompt", "chosen", "rejected"].entries())
      findings.holds(`output.${name}`, ours[at] === theirs[at]);
  },
};

/** What is wrong with a split of texts; undefined where it is sound. */
function defectOf({ input, output }: Row): string | undefined {
  const [prompt, chosen, rejected] = [output.prompt, output.chosen, output.rejected].map(String) as [
    string,
    string,
    string,
  ];
  if (prompt + chosen !== input.chosen || prompt + rejected !== input.rejected) return "the split loses text";
  if (chosen.trim() === "" || rejected.trim() === "") return "a response is empty";
  const splitsWord = /[\p{L}\p{N}]$/u.test(prompt) && /^[\p{L}\p{N}]/u.test(chosen + rejected);
  if (splitsWord) return "the split is inside of a word";
  return prompt.endsWith(" ") ? "the space before a word is the prompt's" : undefined;
}

/** Ours has to be sound where theirs is not. */
function differs(findings: Findings, { input }: Row, ours: readonly string[], defect: string): void {
  const [prompt = "", chosen = "", rejected = ""] = ours;
  findings.holds("output.ours", prompt + chosen === input.chosen && prompt + rejected === input.rejected);
  findings.skip("output", `${defect} there; here "${prompt}" | "${chosen}" | "${rejected}"`);
}

/** As the tokenizer's template renders messages. */
function renderedOf({ output }: Row): readonly string[] {
  const render = (given: Side): string =>
    typeof given === "string" ? given : given.map(({ role, content }) => `${role}: ${content}\n`).join("");
  return [output.prompt, output.chosen, output.rejected].map(render);
}
