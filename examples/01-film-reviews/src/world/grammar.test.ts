import { expect, it } from "vitest";
import { derive, sentimentOf, wordsOf } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import { seeded } from "./random.ts";

it("has a few hundred words", () => {
  expect(grammar.words.length).toBeGreaterThan(250);
  expect(grammar.words.length).toBeLessThanOrEqual(446);
});

it("writes no indefinite article before a vowel", () => {
  const random = seeded(1, "articles");
  const opening = grammar.categories.get("Opening")!;
  for (let draw = 0; draw < 2000; draw++)
    expect(wordsOf(derive(opening, random)).join(" ")).not.toMatch(/\ba [aeiou]/u);
});

it("gives a signed clause, quality or word a sentiment of that sign, within [−1, 1]", () => {
  const random = seeded(1, "signs");
  const whole = /^(?:Review|Body|Sentence|Piece|Possession|Clause)/u;
  for (const category of grammar.categories.values()) {
    const sign = { "+": 1, "-": -1 }[category.name.at(-1)!];
    if (sign === undefined || whole.test(category.name)) continue;
    for (let draw = 0; draw < 200; draw++) {
      const sentiment = sentimentOf(derive(category, random))! * sign;
      expect(sentiment, category.name).toBeGreaterThan(0);
      expect(sentiment, category.name).toBeLessThanOrEqual(1);
    }
  }
});

it("gives every category either always a sentiment or never", () => {
  const random = seeded(2, "sentiments");
  for (const category of grammar.categories.values()) {
    const silent = new Set(Array.from({ length: 200 }, () => sentimentOf(derive(category, random)) === undefined));
    expect(silent.size, category.name).toBe(1);
  }
});
