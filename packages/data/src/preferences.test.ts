import { describe, expect, it } from "vitest";
import { codeOf, jsonLines, temporaryFile, tinyTokenizer, variant } from "../test/tiny.ts";
import type { ReadOptions } from "./options.ts";
import { preferencesFrom, readPreferences, tokenizePreference } from "./preferences.ts";
import { maxTextLength } from "./rows/field.ts";

const tokenizer = await tinyTokenizer();
const say = (role: string, content: string) => ({ role, content });
const pair = { prompt: "the best way is", chosen: " to speak", rejected: " to learn" };
const chat = { prompt: [say("user", "hi")], chosen: [say("assistant", "well")], rejected: [say("assistant", "bad")] };
const ids = { prompt: [1, 5], chosen: [7, 2], rejected: [8, 9, 2, 2] };

const tokens = (row: unknown, options: Partial<ReadOptions> = {}) => tokenizePreference(row, { tokenizer, ...options });

/** The code and reason with which the one bad row of a file is dropped. */
async function droppedFrom(line: string, options: Partial<ReadOptions> = {}): Promise<unknown> {
  const good =
    (options.columns?.values ?? options.columns?.chosenReward) === undefined ? pair : { ...pair, v: [1, 1], r: 1 };
  const file = await temporaryFile("pairs.jsonl", `${jsonLines([good])}${line}\n`);
  const { report, examples } = await readPreferences(file, { tokenizer, onBadRow: "skip", ...options });
  expect([examples.length, report.read, report.kept]).toEqual([1, 2, 1]);
  expect(await codeOf(() => readPreferences(file, { tokenizer, ...options }))).toBe(report.dropped[0]?.code);
  expect(report.dropped).toMatchObject([{ file, line: 2 }]);
  return report.dropped[0]?.code;
}

describe("a bad row", () => {
  it.each([
    ["broken JSON", '{"prompt": "a", "chosen"', "TW_E_ROW_JSON"],
    ["no object", '"a"', "TW_E_ROW_NOT_OBJECT"],
    ["no rejected", { prompt: "a", chosen: "b" }, "TW_E_ROW_FIELD"],
    ["one completion and a label", { prompt: "a", completion: "b", label: true }, "TW_E_UNPAIRED"],
    ["one completion and a bad label", { prompt: "a", completion: "b", label: 0 }, "TW_E_UNPAIRED"],
    ["one completion without a label", { prompt: "a", completion: "b" }, "TW_E_ROW_FIELD"],
    ["only inherited fields", '{"__proto__": {"prompt":"a","chosen":"b","rejected":"c"}}', "TW_E_ROW_KEY"],
    ["a number for text", { ...pair, chosen: 4 }, "TW_E_ROW_TYPE"],
    ["null for text", { ...pair, prompt: null }, "TW_E_ROW_TYPE"],
    ["null for a response", { ...pair, rejected: null }, "TW_E_ROW_TYPE"],
    ["an object for text", { ...pair, chosen: { text: "b" } }, "TW_E_ROW_TYPE"],
    ["text beside messages", { ...chat, chosen: "well" }, "TW_E_ROW_TYPE"],
    ["text beside messages, without a prompt", { chosen: "well", rejected: chat.rejected }, "TW_E_ROW_TYPE"],
    ["a message without content", { ...chat, chosen: [{ role: "assistant" }] }, "TW_E_ROW_TYPE"],
    [
      "a message with parts",
      { ...chat, chosen: [{ role: "assistant", content: [{ type: "text", text: "a" }] }] },
      "TW_E_ROW_TYPE",
    ],
    ["a message that is text", { ...chat, prompt: ["hi"] }, "TW_E_ROW_TYPE"],
    ["half of a surrogate pair", '{"prompt":"a","chosen":"b\\ud83d","rejected":"c"}', "TW_E_ROW_ENCODING"],
    ["text beyond measure", { ...pair, chosen: "a ".repeat(maxTextLength / 2 + 1) }, "TW_E_TEXT_TOO_LONG"],
    ["an empty prompt", { ...pair, prompt: "" }, "TW_E_EMPTY_PROMPT"],
    ["a blank prompt", { ...pair, prompt: " \n" }, "TW_E_EMPTY_PROMPT"],
    ["no prompt message", { ...chat, prompt: [] }, "TW_E_EMPTY_PROMPT"],
    ["no prompt ids", { ...ids, prompt: [] }, "TW_E_EMPTY_PROMPT"],
    ["nothing shared", { chosen: "Paris ", rejected: "London" }, "TW_E_EMPTY_PROMPT"],
    ["messages that share nothing", { chosen: chat.chosen, rejected: chat.rejected }, "TW_E_EMPTY_PROMPT"],
    ["an empty response", { ...pair, chosen: "" }, "TW_E_EMPTY_RESPONSE"],
    ["a blank response", { ...pair, rejected: " \n\t" }, "TW_E_EMPTY_RESPONSE"],
    ["a response that only ends", { ...pair, rejected: "<|im_end|>" }, "TW_E_EMPTY_RESPONSE"],
    ["an empty message", { ...chat, rejected: [say("assistant", " ")] }, "TW_E_EMPTY_RESPONSE"],
    ["no response message", { ...chat, rejected: [] }, "TW_E_EMPTY_RESPONSE"],
    ["response ids that only end", { ...ids, rejected: [2, 2] }, "TW_E_EMPTY_RESPONSE"],
    ["chosen equal to rejected", { ...pair, rejected: pair.chosen }, "TW_E_SAME_RESPONSES"],
    ["equal messages", { ...chat, rejected: chat.chosen }, "TW_E_SAME_RESPONSES"],
    ["equal ids", { ...ids, rejected: ids.chosen }, "TW_E_SAME_RESPONSES"],
    ["whole conversations that are equal", { chosen: "Q: a A: b", rejected: "Q: a A: b" }, "TW_E_SAME_RESPONSES"],
    ["a role that the template refuses", { ...chat, prompt: [say("wizard", "hi")] }, "TW_E_TEMPLATE_FAILED"],
    ["a response by the user", { ...chat, chosen: [say("user", "well")] }, "TW_E_RESPONSE_MESSAGES"],
    [
      "a response with a turn of the user",
      { ...chat, chosen: [...chat.chosen, ...chat.prompt, ...chat.chosen] },
      "TW_E_RESPONSE_MESSAGES",
    ],
    ["a token out of range", { ...ids, chosen: [7, 391] }, "TW_E_TOKEN_OUT_OF_RANGE"],
    ["a negative token", { ...ids, prompt: [-1] }, "TW_E_TOKEN_OUT_OF_RANGE"],
    ["half a token", { ...ids, rejected: [1.5] }, "TW_E_TOKEN_OUT_OF_RANGE"],
    ["a huge number for a token", '{"prompt":[1e999],"chosen":[7],"rejected":[8]}', "TW_E_TOKEN_OUT_OF_RANGE"],
    ["ids without a prompt", { chosen: [7], rejected: [8] }, "TW_E_ROW_FIELD"],
    ["rewards that are no numbers", { ...pair, rewards: [1, "2"] }, "TW_E_ROW_TYPE"],
    ["a huge reward", '{"prompt":"a","chosen":"b","rejected":"c","rewards":[1e999,0]}', "TW_E_ROW_TYPE"],
    ["too few rewards", { ...pair, rewards: [1] }, "TW_E_ROW_TYPE"],
    ["one reward of two", { ...pair, chosen_reward: 1 }, "TW_E_ROW_FIELD"],
    ["a group of one", { prompt: "a", candidates: ["b"] }, "TW_E_ROW_TYPE"],
    ["a group with one left", { prompt: "a", candidates: ["b", null, null] }, "TW_E_ROW_TYPE"],
    ["a group of equals", { prompt: "a", candidates: ["b", "b", null] }, "TW_E_SAME_RESPONSES"],
    ["a group without prompt", { candidates: ["a b", "a c"] }, "TW_E_ROW_FIELD"],
  ])("is dropped with its code, or ends the reading: %s", async (_, row, code) => {
    expect(await droppedFrom(typeof row === "string" ? row : JSON.stringify(row))).toBe(code);
  });

  it("that is equal only once truncated is dropped too", async () => {
    const row = { prompt: "a", chosen: "the film is well told", rejected: "the film is bad" };
    expect(tokens(row, { maxLength: 40 }).candidates).toHaveLength(2);
    expect(await droppedFrom(JSON.stringify(row), { maxLength: 4 })).toBe("TW_E_SAME_RESPONSES");
  });

  it("is named with values and what to do", async () => {
    const file = await temporaryFile("pairs.jsonl", jsonLines([pair, { question: "a", better: "b" }]));
    await expect(readPreferences(file, { tokenizer })).rejects.toMatchObject({
      message: `${file}:2: no "chosen"; the row has "question", "better"\n  hint: name the file's columns by the option \`columns\``,
    });
  });

  it("of messages says that there is no template", async () => {
    const plain = await variant({ "chat_template.jinja": undefined });
    expect(await codeOf(() => tokenizePreference(chat, { tokenizer: plain }))).toBe("TW_E_NO_CHAT_TEMPLATE");
  });
});

describe("a good row", () => {
  it("keeps token ids as they are; special tokens at their end are not content", () => {
    const { prompt, candidates } = tokens(ids);
    expect([...prompt]).toEqual([1, 5]);
    expect(candidates.map((candidate) => [[...candidate!.ids], candidate!.content])).toEqual([
      [[7, 2], 1],
      [[8, 9, 2, 2], 2],
    ]);
    const typed = { prompt: Int32Array.of(1, 5), chosen: Int32Array.of(7, 2), rejected: Int32Array.of(8, 9, 2, 2) };
    expect(tokens(typed)).toEqual(tokens(ids));
  });

  it("may be a group with missing candidates and their rewards", () => {
    const { candidates, rewards } = tokens({ prompt: "a", candidates: ["b", null, "c"], rewards: [0.5, null, -1] });
    expect(candidates.map((candidate) => candidate && tokenizer.decode(candidate.ids))).toEqual([
      "b<|im_end|>",
      null,
      "c<|im_end|>",
    ]);
    expect(rewards).toEqual([0.5, 0, -1]);
  });

  it("has rewards and columns only if the row has them", () => {
    expect(Object.keys(tokens(pair))).toEqual(["source", "prompt", "candidates"]);
    expect(tokens({ ...pair, chosen_reward: 2, rejected_reward: 1 }).rewards).toEqual([2, 1]);
    expect(tokens({ ...pair, rewards: [2, 1] }).rewards).toEqual([2, 1]);
    const columns = { chosenReward: "a", rejectedReward: "b" };
    expect(tokens({ ...pair, a: 3, b: 4, rewards: "other" }, { columns }).rewards).toEqual([3, 4]);
  });

  it("says where it came from", () => {
    expect(tokens(pair).source).toEqual({ file: "rows in memory", line: 1 });
    expect(tokenizePreference(pair, { tokenizer }, { file: "a", line: 7 }).source).toEqual({ file: "a", line: 7 });
  });

  it("is read under the names that the mapping gives", () => {
    const columns = { prompt: "question", chosen: "better", rejected: "worse" };
    const row = { question: pair.prompt, better: pair.chosen, worse: pair.rejected, prompt: 5, chosen: null };
    expect(tokens(row, { columns })).toEqual(tokens(pair));
    expect(tokens({ prompt: "a", completions: ["b", "c"] }, { columns: { candidates: "completions" } })).toEqual(
      tokens({ prompt: "a", chosen: "b", rejected: "c" }),
    );
  });

  it("is not changed by what follows it in the file", async () => {
    const rows = [pair, chat, ids];
    const file = await temporaryFile("pairs.jsonl", jsonLines(rows));
    const { examples } = await readPreferences(file, { tokenizer });
    expect(examples).toEqual(
      rows.map((row, index) => tokenizePreference(row, { tokenizer }, { file, line: index + 1 })),
    );
  });
});

describe("per-token columns", () => {
  const options = { columns: { values: { "tis.weights": ["chosen_w", "rejected_w"], judge: "v" } } } as const;
  const row = {
    prompt: [1, 5, 6],
    chosen: [7, 8, 2],
    rejected: [9, 2],
    chosen_w: [1, 2, 3],
    rejected_w: [4],
    v: [[5, 6], 7],
  };

  it("hold one value per response token, one per token of text, or a single one", () => {
    const { columns } = tokens(row, options);
    expect(columns).toEqual({
      "tis.weights": [Float32Array.of(1, 2, 3), Float32Array.of(4)],
      judge: [Float32Array.of(5, 6), Float32Array.of(7)],
    });
  });

  it("are cut as their responses are", () => {
    const { columns, candidates } = tokens(
      { ...row, chosen: [7, 8, 9, 2], chosen_w: [1, 2, 3, 4], v: [[5, 6, 7], 7] },
      { ...options, maxLength: 4 },
    );
    expect(candidates[0]).toEqual({ ids: Int32Array.of(7, 8), content: 2 });
    expect(columns?.["tis.weights"]?.[0]).toEqual(Float32Array.of(1, 2));
    expect(columns?.judge?.[0]).toEqual(Float32Array.of(5, 6));
  });

  it.each([
    ["of another length", { chosen_w: [1, 2, 3, 4] }, "TW_E_COLUMN_LENGTH"],
    ["of no numbers", { rejected_w: ["4"] }, "TW_E_ROW_TYPE"],
    ["beyond float32", { rejected_w: [1e300] }, "TW_E_ROW_TYPE"],
    ["of too few candidates", { v: [[1, 2]] }, "TW_E_ROW_TYPE"],
    ["that are absent", { v: null }, "TW_E_ROW_FIELD"],
  ])("make a row bad: %s", (_, change, code) => {
    expect(() => tokens({ ...row, ...change }, options)).toThrow(expect.objectContaining({ code }));
  });

  it("may bear any name", () => {
    const columns = { values: JSON.parse('{"__proto__":"v","constructor":"v"}') as Record<string, string> };
    const found = tokens(row, { columns }).columns;
    expect(Object.keys(found ?? {})).toEqual(["__proto__", "constructor"]);
  });
});

describe("preferencesFrom", () => {
  it("checks rows in memory as those of a file", () => {
    const { examples, report } = preferencesFrom([pair, null, chat], { tokenizer, onBadRow: "skip" });
    expect(examples.map(({ source }) => source.line)).toEqual([1, 3]);
    expect(report.dropped).toMatchObject([{ file: "rows in memory", line: 2, code: "TW_E_ROW_NOT_OBJECT" }]);
    expect(() => preferencesFrom([pair, 5], { tokenizer })).toThrow(
      /^rows in memory:2: 5, where an object should stand/,
    );
  });

  it("takes any iterable, no further than the limit", () => {
    function* rows() {
      for (;;) yield pair;
    }
    expect(preferencesFrom(rows(), { tokenizer, limit: 3 }).report).toEqual({
      read: 3,
      kept: 3,
      truncated: 0,
      dropped: [],
    });
  });

  it("counts truncated rows", () => {
    expect(preferencesFrom([pair, ids], { tokenizer, maxPromptLength: 3 }).report.truncated).toBe(1);
  });
});
