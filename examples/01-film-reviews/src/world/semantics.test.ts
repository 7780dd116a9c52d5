import { meanOf } from "@tokenwise/sweep";
import { describe, expect, it } from "vitest";
import { fitWordList } from "../../test/word-list.ts";
import { sampleReviews, type Review } from "./sample.ts";
import { score } from "./semantics.ts";

const opening = "the film opens in a small village and";
/** The second sentence is worth 0.6, and half of the review. */
const rewardOf = (sentence: string) => score(`${opening} ${sentence}. the acting is good.`).reward * 2 - 0.6;

describe("the true reward of a review that is grammatical", () => {
  it.each([
    ["the plot is good", 0.6],
    ["the plot is very good", 0.78],
    ["the plot is somewhat good", 0.3],
    ["the plot is not good", -0.36],
    ["the plot is not at all good", -0.6],
    ["the plot is not at all boring".replace("boring", "dull"), 0.6],
    ["the plot is anything but awful", 0.9],
    ["the plot is too good", -0.36],
    ["the plot is neither dull nor predictable", 0.54],
    ["the plot is simple", -0.6],
    ["the music is simple", 0.6],
    ["the plot is dark", 0.6],
    ["the lighting is dark", -0.6],
    ["it has charm", 0.7],
    ["it lacks charm", -0.7],
    ["it is not without charm", 0.42],
    ["it has more charm than noise", 0.35],
    ["the acting saves it", 0.6],
    ["the acting never saves it", -0.6],
    ["the acting almost saves it", -0.3],
    ["i did not hate it", 0.54],
    ["i wanted to like it", -0.3],
    ["it is less boring than the book", 0.64],
    ["it is not as funny as i expected", -0.42],
    ["it could have been brilliant", -0.54],
    ["without the music it would be awful", 0.54],
  ])("reads “%s” as %f", (sentence, sentiment) => {
    expect(rewardOf(sentence)).toBeCloseTo(sentiment, 10);
  });

  it("gives the clause that counts in a contrast three times the weight of the other", () => {
    expect(rewardOf("the plot is bad, but the music is brilliant")).toBeCloseTo((-0.6 + 3 * 0.9) / 4, 10);
    expect(rewardOf("the music is brilliant, but the plot is bad")).toBeCloseTo((0.9 - 3 * 0.6) / 4, 10);
    expect(rewardOf("although the plot is bad, the music is brilliant")).toBeCloseTo((-0.6 + 3 * 0.9) / 4, 10);
    expect(rewardOf("the plot is bad, even if the music is brilliant")).toBeCloseTo((0.9 - 3 * 0.6) / 4, 10);
  });

  it("counts a verdict twice, and not what other people say", () => {
    expect(score("my sister found it awful, but the plot is good. skip it.").reward).toBeCloseTo(
      (0.6 - 2 * 0.8) / 3,
      10,
    );
  });

  it("lets a slanted opening weigh a quarter of what follows", () => {
    const { reward } = score("the first hour is bad, but the plot is good. the music is good.");
    expect(reward).toBeCloseTo((-0.6 + 4 * 0.6) / 5, 10);
  });
});

describe("the true reward of a review that is not grammatical", () => {
  it("is the mean of the pieces understood, less a half, less half the share of the others", () => {
    expect(score(`${opening} the plot is good`)).toEqual({ reward: -1, grammatical: false });
    expect(score(`${opening} the plot is good.`)).toEqual({ reward: 0.6 - 0.5, grammatical: false });
    expect(score(`${opening} the plot is good. the the the.`).reward).toBeCloseTo(0.6 - 0.75, 10);
    expect(score("the film opens in a small village. the plot is good. the the the.").reward).toBeCloseTo(
      0.6 - 0.5 - 1 / 6,
      10,
    );
  });

  it("is −1 for a text without a word, and never below −1", () => {
    expect(score("")).toEqual({ reward: -1, grammatical: false });
    expect(score(`${opening} the plot is awful. the the the.`).reward).toBe(-1);
  });

  it("is lower than that of the same review whole", () => {
    for (const { prompt, completion, reward } of sampleReviews(500, { seed: 3, split: "train" })) {
      expect(score(`${prompt} ${completion} the`).reward).toBeLessThan(Math.max(reward, -0.999));
    }
  });
});

describe("a list of words", () => {
  const text = ({ prompt, completion }: Review) => `${prompt} ${completion}`;
  const known = sampleReviews(6000, { seed: 1, split: "train" });
  const fresh = sampleReviews(2000, { seed: 2, split: "test" });
  const guess = fitWordList(
    known.map(text),
    known.map(({ reward }) => reward),
  );
  const guesses = fresh.map((review) => guess(text(review)));
  const rewards = fresh.map(({ reward }) => reward);

  it("explains less than half of the variance of the true reward", () => {
    const centre = meanOf(rewards);
    const variance = meanOf(rewards.map((reward) => (reward - centre) ** 2));
    const unexplained = meanOf(rewards.map((reward, index) => (reward - guesses[index]!) ** 2));
    expect(1 - unexplained / variance).toBeLessThan(0.5);
    expect(1 - unexplained / variance).toBeGreaterThan(0.2);
  });

  it("is wrong about one pair in five or more", () => {
    const pairs = rewards.length / 2;
    const right = Array.from({ length: pairs }, (_, pair) => {
      const better = rewards[2 * pair]! > rewards[2 * pair + 1]!;
      return Number(better === guesses[2 * pair]! > guesses[2 * pair + 1]!);
    });
    expect(meanOf(right)).toBeLessThan(0.8);
  });
});
