import { describe, expect, it } from "vitest";
import { derive, sentimentOf, wordsOf } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import { seeded } from "./random.ts";
import { derivations } from "./recogniser.ts";
import { score } from "./semantics.ts";
import { spell } from "./text.ts";

const review = grammar.categories.get("Review")!;
const generated = (count: number) => {
  const random = seeded(7, "recogniser");
  return Array.from({ length: count }, () => derive(review, random));
};

describe("the recogniser", () => {
  it("finds exactly the derivation that a review was generated from", () => {
    for (const derivation of generated(500)) expect(derivations(review, wordsOf(derivation))).toEqual([derivation]);
  });

  it("gives every generated review the reward of the derivation it came from", () => {
    for (const derivation of generated(4000)) {
      expect(score(spell(wordsOf(derivation)))).toEqual({ reward: sentimentOf(derivation), grammatical: true });
    }
  });

  it("refuses reviews whose words are shuffled", () => {
    const random = seeded(8, "shuffle");
    const shuffled = generated(1000).map((derivation) =>
      wordsOf(derivation)
        .map((word) => ({ word, order: random() }))
        .sort((a, b) => a.order - b.order)
        .map(({ word }) => word),
    );
    expect(shuffled.filter((words) => derivations(review, words).length > 0).length).toBeLessThan(3);
  });

  it("refuses the empty text, an unknown word, a review cut short and a review that goes on", () => {
    const [words] = generated(1).map(wordsOf);
    for (const broken of [[], ["zebra"], words!.slice(0, -1), [...words!, "the"]]) {
      expect(derivations(review, broken)).toEqual([]);
    }
  });
});
