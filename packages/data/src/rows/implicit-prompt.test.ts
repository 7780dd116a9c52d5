import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../test/goldens/trl-extract-prompt.json" with { type: "json" };
import type { ChatMessage } from "../tokenizer/tokenizer.ts";
import { splitMessages, splitText } from "./implicit-prompt.ts";

type Side = string | ChatMessage[];
interface Case {
  readonly input: { readonly chosen: Side; readonly rejected: Side };
  readonly output: { readonly prompt: Side; readonly chosen: Side; readonly rejected: Side };
}

/** Rows by number, from 0, that TRL splits badly, with why, and our split. */
const defects: Record<number, { why: string; ours: { prompt: string; chosen: string; rejected: string } }> = {
  1: {
    why: "nothing is shared, and TRL takes the first word of chosen for the prompt and the last letter of rejected for the response",
    ours: { prompt: "", chosen: "Paris ", rejected: "London" },
  },
  3: {
    why: 'one response starts with the other, and TRL splits "yes"',
    ours: { prompt: "Q: hi A:", chosen: " yes", rejected: " yes sir" },
  },
  4: {
    why: 'one response starts with the other, and TRL splits "yes"',
    ours: { prompt: "Q: hi A:", chosen: " yes sir", rejected: " yes" },
  },
  5: { why: "TRL splits a number", ours: { prompt: "The answer is", chosen: " 12", rejected: " 13" } },
  6: {
    why: "the responses are the same (such a row is refused), and TRL leaves the space with the prompt, against its own rule",
    ours: { prompt: "a", chosen: " b", rejected: " b" },
  },
};

function split({ chosen, rejected }: Case["input"]): unknown {
  if (typeof chosen === "string" && typeof rejected === "string") return splitText(chosen, rejected);
  return splitMessages(chosen as ChatMessage[], rejected as ChatMessage[]);
}

describe("the implicit prompt of a row", () => {
  it.each((golden.rows as Case[]).map((row, index) => ({ ...row, index })))(
    "agrees with TRL's where that is sound: row $index",
    ({ input, output, index }) => {
      const defect = defects[index];
      expect(split(input)).toEqual(defect?.ours ?? output);
      if (defect !== undefined) expect(output, defect.why).not.toEqual(defect.ours);
    },
  );

  it.each([
    ["a word with an apostrophe", "I don't", "I don", "I", " don't", " don"],
    ["a hyphened word", "a well-known fact", "a well-being test", "a", " well-known fact", " well-being test"],
    ["a decimal number", "it is 1.5", "it is 1.6", "it is", " 1.5", " 1.6"],
    ["a name in a path", "see a/b_c", "see a/b_d", "see", " a/b_c", " a/b_d"],
    ["a bracket and its word", "say (foo)", "say (bar)", "say", " (foo)", " (bar)"],
    ["an accent added to a letter", "x e\u0301", "x e", "x", " e\u0301", " e"],
    ["a pair of surrogates", "x 😀", "x 😁", "x", " 😀", " 😁"],
  ])("does not split %s", (_, chosen, rejected, prompt, a, b) => {
    expect(splitText(chosen, rejected)).toEqual({ prompt, chosen: a, rejected: b });
  });

  it("leaves a line break with the prompt and gives a single space to the responses", () => {
    expect(splitText("Q: hi\nA: yes", "Q: hi\nA: no")).toEqual({
      prompt: "Q: hi\nA:",
      chosen: " yes",
      rejected: " no",
    });
    expect(splitText("Q\nyes", "Q\nno")).toEqual({ prompt: "Q\n", chosen: "yes", rejected: "no" });
  });

  it("splits between words where a script writes no spaces", () => {
    expect(splitText("天空是蓝色", "天空是绿色")).toEqual({ prompt: "天空是", chosen: "蓝色", rejected: "绿色" });
    expect(splitText("问:好吗?答:很好。", "问:好吗?答:不好。").prompt).toBe("问:好吗?答:");
  });

  it("is found in time that grows with the text alone", () => {
    for (const unit of ["ア", "a", "漢字", "天"]) {
      const text = unit.repeat(100_000);
      const { chosen, rejected } = splitText(`${text}a`, `${text}b`);
      expect(chosen).not.toBe(rejected);
    }
  });
});

describe("a split", () => {
  const words = fc.array(fc.constantFrom("a", "b", "don't", "12", " ", "  ", "\n", "日本", "é", "😀"), {
    maxLength: 12,
  });
  const text = words.map((parts) => parts.join(""));

  it("gives back both texts, splits no word between spaces, and leaves neither side empty where both say something", () => {
    fc.assert(
      fc.property(text, text, text, (shared, a, b) => {
        const [x, y] = [shared + a, shared + b];
        const { prompt, chosen, rejected } = splitText(x, y);
        expect([prompt + chosen, prompt + rejected]).toEqual([x, y]);
        if (x.trim() !== "" && y.trim() !== "") expect([chosen.trim(), rejected.trim()]).not.toContain("");
        const isInsideWord = /\w$/.test(prompt) && (/^\w/.test(chosen) || /^\w/.test(rejected));
        expect(isInsideWord).toBe(false);
      }),
    );
  });

  it("of messages shares whole messages and leaves one on either side", () => {
    const message = fc.record({ role: fc.constantFrom("user", "assistant"), content: fc.constantFrom("x", "y") });
    const messages = fc.array(message, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, messages, (a, b) => {
        const { prompt, chosen, rejected } = splitMessages(a, b);
        expect([
          [...prompt, ...chosen],
          [...prompt, ...rejected],
        ]).toEqual([a, b]);
        expect(Math.min(chosen.length, rejected.length)).toBeGreaterThan(0);
        const ends = chosen.length === 1 || rejected.length === 1;
        if (!ends) expect(chosen[0]).not.toEqual(rejected[0]);
      }),
    );
  });
});
