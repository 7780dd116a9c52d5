import { describe, expect, it } from "vitest";
import { seeded } from "../world/random.ts";
import { unigramCoefficients } from "./unigram-classifier.ts";

describe("the unigram classifier", () => {
  it("of one word that always wins has its only maximum where the gradient is 0", () => {
    const [decay, pairs] = [0.05, [{ chosen: "good film", rejected: "film" }]];
    const coefficient = unigramCoefficients(pairs, decay).get("good")!;
    expect(decay * coefficient).toBeCloseTo(1 / (1 + Math.exp(coefficient)), 8);
    expect(unigramCoefficients(pairs).has("film")).toBe(false);
  });

  it("finds again the words that labels were drawn from", () => {
    const truth = { dull: -2, bad: -1, plain: 0, good: 1, great: 2 };
    const words = Object.keys(truth) as (keyof typeof truth)[];
    const random = seeded(1, "unigram");
    const text = () => Array.from({ length: 3 }, () => words[Math.floor(random() * words.length)]!);
    const worth = (of: readonly (keyof typeof truth)[]) => of.reduce((sum, word) => sum + truth[word], 0);
    const pairs = Array.from({ length: 3000 }, () => {
      const [one, other] = [text(), text()];
      const wins = random() < 1 / (1 + Math.exp(worth(other) - worth(one)));
      const [chosen, rejected] = wins ? [one, other] : [other, one];
      return { chosen: chosen.join(" "), rejected: rejected.join(" ") };
    });
    const found = unigramCoefficients(pairs, 1e-6);
    // Responses of equal length say nothing about a constant that is added to all.
    const shift = words.reduce((sum, word) => sum + found.get(word)! / words.length, 0);
    for (const word of words) expect(Math.abs(found.get(word)! - shift - truth[word])).toBeLessThan(0.25);
  });
});
