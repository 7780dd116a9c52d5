import { describe, expect, it } from "vitest";
import { codeOf, tinyTokenizer } from "../test/tiny.ts";
import { readCompletions } from "./completions.ts";
import { preferencesFrom, readPreferences, tokenizePreference } from "./preferences.ts";
import { readPrompts } from "./prompts.ts";

const tokenizer = await tinyTokenizer();
const check = (options: object) => preferencesFrom([], { tokenizer, ...options });

describe("options", () => {
  it("that mean nothing are refused, with the nearest that do", async () => {
    expect(() => check({ maxLenght: 5 })).toThrow(/unknown option "maxLenght", did you mean "maxLength"\?/);
    expect(() => check({ columns: { choosen: "a" } })).toThrow(
      /columns: unknown option "choosen", did you mean "chosen"\?/,
    );
    const unknown = { tokenizer, seed: 1 } as never;
    for (const run of [readPreferences, readCompletions, readPrompts]) {
      expect(await codeOf(() => run("absent.jsonl", unknown))).toBe("TW_E_UNKNOWN_OPTION");
    }
    for (const run of [readCompletions, readPrompts])
      expect(await codeOf(() => run("absent.jsonl", { tokenizer, swap: true } as never))).toBe("TW_E_UNKNOWN_OPTION");
    expect(await codeOf(() => tokenizePreference({}, unknown))).toBe("TW_E_UNKNOWN_OPTION");
    expect(await codeOf(() => readPrompts("absent.jsonl", { tokenizer, endToken: false } as never))).toBe(
      "TW_E_UNKNOWN_OPTION",
    );
  });

  it.each([
    ["maxLength", 1],
    ["maxLength", 2.5],
    ["maxLength", "100"],
    ["maxPromptLength", 0],
    ["limit", 0],
    ["limit", NaN],
    ["truncation", "keep_end"],
    ["onBadRow", "ignore"],
    ["endToken", 2],
    ["swap", "yes"],
    ["columns", { chosen: 5 }],
    ["columns", { values: ["a"] }],
    ["columns", { values: { a: ["b"] } }],
    ["columns", null],
    ["tokenizer", undefined],
  ])("that cannot be are refused: %s = %j", async (key, value) => {
    expect(await codeOf(() => check({ [key]: value }))).toBe("TW_E_OPTION_VALUE");
  });
});
