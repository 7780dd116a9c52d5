import { describe, expect, it } from "vitest";
import { codeOf, tinyTokenizer } from "../test/tiny.ts";
import { tokenizePreference } from "./preferences.ts";

const tokenizer = await tinyTokenizer();
const columns = { values: { v: "v" } };
const row = { prompt: [1, 5], chosen: [7, 2], rejected: [8, 9, 2], chosen_reward: 2, rejected_reward: -1, v: [[0.5, 1], [2, 3, 4]] }; // prettier-ignore

describe("swap", () => {
  it("exchanges the responses of a pair, and with them rewards and values; twice is nothing", () => {
    const plain = tokenizePreference(row, { tokenizer, columns });
    const swapped = tokenizePreference(row, { tokenizer, columns, swap: true });
    expect(swapped.prompt).toEqual(plain.prompt);
    expect(swapped.candidates).toEqual([plain.candidates[1], plain.candidates[0]]);
    expect(swapped.rewards).toEqual([-1, 2]);
    expect(swapped.columns!.v!.map((values) => [...values])).toEqual([[2, 3, 4], [0.5, 1]]); // prettier-ignore
    const exchanged = { prompt: row.prompt, chosen: row.rejected, rejected: row.chosen };
    const again = tokenizePreference(exchanged, { tokenizer, swap: true });
    expect(again.candidates).toEqual(plain.candidates);
    expect(tokenizePreference(row, { tokenizer, columns, swap: false })).toEqual(plain);
  });

  it("refuses rows that are not pairs", async () => {
    const group = { prompt: "the best way is", candidates: [" to speak", " to learn", " to be"] };
    expect(await codeOf(() => tokenizePreference(group, { tokenizer, swap: true }))).toBe("TW_E_ROW_TYPE");
  });
});
