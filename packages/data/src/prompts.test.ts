import { expect, it } from "vitest";
import { codeOf, jsonLines, temporaryFile, tinyTokenizer } from "../test/tiny.ts";
import type { ReadPromptOptions } from "./options.ts";
import { readPrompts } from "./prompts.ts";

const tokenizer = await tinyTokenizer();
const say = (role: string, content: string) => ({ role, content });

async function prompts(rows: readonly unknown[], options: Partial<ReadPromptOptions> = {}) {
  const file = await temporaryFile("rows.jsonl", jsonLines(rows));
  const { examples, report } = await readPrompts(file, { tokenizer, ...options });
  for (const { prompt, text } of examples) expect(tokenizer.decode(prompt)).toBe(text);
  return { texts: examples.map(({ text }) => text), report };
}

const asked = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";

it("reads the prompts of rows of every kind, ready to be answered", async () => {
  const answers = { chosen: [say("assistant", "well")], rejected: [say("assistant", "bad")] };
  const rows = [
    { prompt: "Q: hi A:" },
    { prompt: [...tokenizer.encode("hi")] },
    { prompt: [say("user", "hi")], ...answers },
    { messages: [say("user", "hi"), say("assistant", "well")] },
    { messages: [say("user", "hi")] },
    { chosen: [say("user", "hi"), ...answers.chosen], rejected: [say("user", "hi"), ...answers.rejected] },
    { chosen: "Q: hi A: well", rejected: "Q: hi A: bad" },
  ];
  const { texts, report } = await prompts(rows);
  expect(texts).toEqual(["Q: hi A:", "hi", asked, asked, asked, asked, "Q: hi A:"]);
  expect(report).toEqual({ read: 7, kept: 7, truncated: 0, dropped: [] });
});

it("takes other names for columns, and cuts long prompts at their start", async () => {
  const { texts, report } = await prompts([{ question: "the film is well told" }], {
    columns: { prompt: "question" },
    maxPromptLength: 2,
  });
  expect(texts).toEqual([" well told"]);
  expect(report.truncated).toBe(1);
});

it("names rows that have no prompt", async () => {
  expect(await codeOf(() => prompts([{ completion: "a" }]))).toBe("TW_E_ROW_FIELD");
  expect(await codeOf(() => prompts([{ prompt: " " }]))).toBe("TW_E_EMPTY_PROMPT");
});
