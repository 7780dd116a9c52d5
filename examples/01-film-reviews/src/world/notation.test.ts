import { describe, expect, it } from "vitest";
import { derive, sentimentOf, wordsOf } from "./derivation.ts";
import { readGrammar } from "./notation.ts";
import { derivations } from "./recogniser.ts";
import { seeded } from "./random.ts";

describe("the notation of grammars", () => {
  it("expands signs, families and alternatives", () => {
    const { categories, words } = readGrammar(
      "A@± for X Y\n  1 not A@∓ now : scale -1\n  2 B@± | b  # a comment\nBX±\n  1 x\nBY±\n  1 y",
    );
    expect([...categories.keys()].sort()).toEqual(["AX+", "AX-", "AY+", "AY-", "BX+", "BX-", "BY+", "BY-"]);
    expect(words).toEqual(["b", "not", "now", "x", "y"]);
    expect(categories.get("AX+")!.rules.map(({ weight }) => weight)).toEqual([1, 1, 1]);
  });

  it("reads every meaning", () => {
    const { categories } = readGrammar(
      "S\n  1 a Half Half : mean 1 3\n  1 b Half : scale -4\n  1 c Half\n  1 d Half : silent\nHalf\n  1 half : value 0.5",
    );
    const meaning = (text: string) =>
      derivations(categories.get("S")!, text.split(" ")).map((derivation) => sentimentOf(derivation));
    expect(["a half half", "b half", "c half", "d half"].map(meaning)).toEqual([[0.5], [-1], [0.5], [undefined]]);
  });

  it("draws rules in proportion to their weights", () => {
    const start = readGrammar("S\n  3 a\n  1 b").categories.get("S")!;
    const random = seeded(1, "weights");
    const drawn = Array.from({ length: 4000 }, () => wordsOf(derive(start, random))[0]);
    expect(drawn.filter((word) => word === "a").length / 4000).toBeCloseTo(0.75, 1);
  });

  it("finds every derivation of an ambiguous text", () => {
    const start = readGrammar("S\n  1 X | Y\nX\n  1 a\nY\n  1 a").categories.get("S")!;
    expect(derivations(start, ["a"])).toHaveLength(2);
  });

  it.each([
    ["S\n  x y", "not a rule of the grammar:   x y"],
    ["S\n  1 S x", "left recursion: S"],
    ["S\n  1 T x", "a category without rules: T"],
    ["S\n  1 x : loud 3", 'S: x: no meaning is called "loud"'],
    ["S\n  1 x : scale much", 'S: x: "scale much" has an operand that is not a number'],
  ])("refuses %j", (text, message) => {
    expect(() => readGrammar(text)).toThrow(message);
  });

  it("refuses to guess the meaning of two parts", () => {
    const { categories } = readGrammar("S\n  1 Half Half\nHalf\n  1 half : value 0.5");
    expect(() => sentimentOf(derive(categories.get("S")!, seeded(1, "two")))).toThrow(
      "2 parts have a sentiment, not 1",
    );
  });
});
