import { describe, expect, it } from "vitest";
import { codeOf, jsonLines, temporaryFile, tinyTokenizer, variant } from "../test/tiny.ts";
import { completionsFrom, readCompletions } from "./completions.ts";
import type { ReadCompletionOptions } from "./options.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

const tiny = await tinyTokenizer();
const say = (role: string, content: string) => ({ role, content });

/** Prompt, text and end of a row's tokens, decoded. */
async function parts(
  row: unknown,
  { tokenizer = tiny, ...options }: Partial<ReadCompletionOptions> = {},
): Promise<string[]> {
  const file = await temporaryFile("rows.jsonl", jsonLines([row]));
  const { examples } = await readCompletions(file, { tokenizer, ...options });
  const { prompt, response } = examples[0]!;
  const { ids, content } = response;
  return [prompt, ids.slice(0, content), ids.slice(content)].map((tokens) => tokenizer.decode(tokens));
}

const header = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";

describe("readCompletions", () => {
  it("takes prompt and completion as text, messages or token ids", async () => {
    expect(await parts({ prompt: "Q: hi A:", completion: " well" })).toEqual(["Q: hi A:", " well", "<|im_end|>"]);
    const messages = { prompt: [say("user", "hi")], completion: [say("assistant", "well")] };
    expect(await parts(messages)).toEqual([header, "well", "<|im_end|>\n"]);
    const ids = { prompt: [...tiny.encode("hi")], completion: [...tiny.encode("well<|im_end|>")] };
    expect(await parts(ids)).toEqual(["hi", "well", "<|im_end|>"]);
  });

  it("takes the assistant's last message of a conversation", async () => {
    const turns = [say("user", "a"), say("assistant", "b"), say("user", "hi"), say("assistant", "well")];
    const [prompt, content] = await parts({ messages: turns });
    expect([prompt, content]).toEqual([tiny.renderChat(turns.slice(0, 3), { addGenerationPrompt: true }), "well"]);
  });

  it("takes text after BOS, which the text may bring along", async () => {
    expect(await parts({ text: "the film" })).toEqual(["<|endoftext|>", "the film", "<|im_end|>"]);
    expect(await parts({ text: "<|endoftext|>the film" })).toEqual(["<|endoftext|>", "the film", "<|im_end|>"]);
  });

  it("takes preference rows by the mapping of completion to chosen", async () => {
    const columns = { completion: "chosen" };
    const [prompt, answers] = [
      [say("user", "hi")],
      { chosen: [say("assistant", "well")], rejected: [say("assistant", "bad")] },
    ];
    const expected = [header, "well", "<|im_end|>\n"];
    expect(await parts({ prompt, ...answers }, { columns })).toEqual(expected);
    const whole = { chosen: [...prompt, ...answers.chosen], rejected: [...prompt, ...answers.rejected] };
    expect(await parts(whole, { columns })).toEqual(expected);
    expect(await parts({ prompt: "hi", ...whole }, { columns })).toEqual(expected);
  });

  it("is the same for rows in memory", async () => {
    const rows = [{ prompt: "Q: hi A:", completion: " well" }, { text: "the film" }];
    const fromFile = await readCompletions(await temporaryFile("rows.jsonl", jsonLines(rows)), { tokenizer: tiny });
    const { examples, report } = completionsFrom(rows, { tokenizer: tiny });
    expect(report).toEqual(fromFile.report);
    const source = (line: number) => ({ file: "rows in memory", line });
    expect(examples).toEqual(fromFile.examples.map((example) => ({ ...example, source: source(example.source.line) })));
    expect(() => completionsFrom([5], { tokenizer: tiny })).toThrow(/^rows in memory:1: /);
  });

  it("cuts rows that are too long, and counts them", async () => {
    const file = await temporaryFile("rows.jsonl", jsonLines([{ prompt: "hi hi hi", completion: "a b c d e f g h" }]));
    const { examples, report } = await readCompletions(file, { tokenizer: tiny, maxLength: 4 });
    expect([examples[0]?.prompt.length, examples[0]?.response.ids.length, report.truncated]).toEqual([2, 2, 1]);
  });

  const noStart = () => variant({ "tokenizer_config.json": { eos_token: "<|im_end|>" } });
  it.each<[string, unknown, string, (() => Promise<Tokenizer>)?]>([
    ["nothing to learn from", { prompt: "a" }, "TW_E_ROW_FIELD"],
    ["no prompt", { completion: "a" }, "TW_E_ROW_FIELD"],
    ["a conversation that ends with the user", { messages: [say("user", "a")] }, "TW_E_EMPTY_PROMPT"],
    [
      "a question last",
      { messages: [say("user", "a"), say("assistant", "b"), say("user", "c")] },
      "TW_E_RESPONSE_MESSAGES",
    ],
    ["no messages", { messages: [] }, "TW_E_EMPTY_PROMPT"],
    ["messages that are text", { messages: "a" }, "TW_E_ROW_TYPE"],
    ["text that is none", { text: [say("user", "a")] }, "TW_E_ROW_TYPE"],
    ["empty text", { text: " " }, "TW_E_EMPTY_RESPONSE"],
    ["text where nothing names a BOS", { text: "a" }, "TW_E_NO_START_TOKEN", noStart],
  ])("refuses %s", async (_, row, code, tokenizer) => {
    expect(await codeOf(async () => parts(row, { tokenizer: (await tokenizer?.()) ?? tiny }))).toBe(code);
  });
});
