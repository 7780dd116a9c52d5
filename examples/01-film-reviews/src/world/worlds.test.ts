import { describe, expect, it } from "vitest";
import { derive, wordsOf } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import { seeded } from "./random.ts";
import { sampleReviews } from "./sample.ts";
import { score } from "./semantics.ts";
import { spell } from "./text.ts";
import { isVisible, truthOf, worldNamed, worlds, type World } from "./worlds.ts";

const prompt = "the film opens in a small village and";
const [scope, additive, delayed] = ["scope", "additive", "delayed"].map(worldNamed) as [World, World, World];
const reviews = sampleReviews(400, { seed: 5, split: "train" });

describe("the world additive", () => {
  it.each([
    ["the plot is good. the acting is brilliant.", (0.6 + 0.9) / 3],
    ["the plot is not good. the acting is brilliant.", (0.6 + 0.9) / 3],
    ["the plot is very good. i never hated it.", (0.6 - 0.9) / 3],
    ["the plot is bad, but the music is brilliant. see it.", (-0.6 + 0.9 + 0.8) / 3],
    ["it has more charm than noise. nothing goes wrong.", (0.7 - 0.7 + 0.7) / 3],
    ["the music is simple. the plot is simple.", 0],
  ])("sums the words of “%s”", (completion, reward) => {
    expect(additive.reward(prompt, completion)).toBeCloseTo(reward, 10);
  });

  it("is never above 1", () => {
    const praise = "the plot is brilliant and perfect. the acting is superb and wonderful.";
    expect(additive.reward(prompt, praise)).toBe(1);
  });

  it("hears what a slanted opening says, and not what other people say", () => {
    const body = "the plot is good. the music is good.";
    expect(additive.reward("the first hour is bad, but", body)).toBeCloseTo((-0.6 + 1.2) / 3, 10);
    expect(additive.reward("my sister found it awful, but", body)).toBeCloseTo(1.2 / 3, 10);
  });

  it("is blind to the order of clauses and to what joins them", () => {
    const random = seeded(1, "clauses");
    const clause = () =>
      spell(wordsOf(derive(grammar.categories.get(random() < 0.5 ? "Clause+" : "Clause-")!, random)));
    for (let trial = 0; trial < 100; trial++) {
      const [a, b, c] = [clause(), clause(), clause()];
      const value = additive.reward(prompt, `${a}, but ${b}. ${c}.`);
      for (const other of [`${c}. ${b} and ${a}.`, `although ${b}, ${a}. ${c}.`, `${b}. ${c}, even if ${a}.`])
        expect(additive.reward(prompt, other)).toBeCloseTo(value, 10);
    }
  });
});

describe("the world delayed", () => {
  it.each([
    ["the plot is good. the acting is very bad.", -0.78],
    ["the plot is good. the acting is awful, but the music is not good.", -0.36],
    ["the plot is bad. the music is good, even if the acting is awful.", -0.9],
    ["although the plot is good, the music is bad. see it.", 0.8],
    ["the plot is bad. in the end, the cast saves it.", 0.6],
    ["the plot is bad. overall, it was not bad.", 0.36],
  ])("reads the last clause of “%s”", (completion, reward) => {
    expect(delayed.reward(prompt, completion)).toBeCloseTo(reward, 10);
  });

  it("does not change with anything before the last clause", () => {
    const random = seeded(2, "beginnings");
    const ends = ["the acting is rather dull.", "do not miss it.", "the plot was bad, but i loved every minute."];
    for (let trial = 0; trial < 60; trial++) {
      const sentence = spell(wordsOf(derive(grammar.categories.get("Sentence+")!, random)));
      for (const end of ends)
        expect(delayed.reward(prompt, `${sentence} ${end}`)).toBe(delayed.reward(prompt, `it is good. ${end}`));
    }
  });
});

describe("all worlds", () => {
  it("punish what is broken alike: a half, and half of the share that is not understood", () => {
    for (const world of [scope, additive, delayed]) {
      expect(world.reward(prompt, "the plot is good")).toBe(-1);
      const whole = world === additive ? 0.6 / 3 : 0.6;
      expect(world.reward(prompt, "the plot is good. the the the.")).toBeCloseTo(whole - 0.75, 10);
    }
  });

  it("are in [−1, 1], and scope is the sentiment of the review", () => {
    for (const { prompt: opening, completion, reward } of reviews) {
      expect(scope.reward(opening, completion)).toBe(reward);
      expect(score(`${opening} ${completion}`).reward).toBe(reward);
      for (const world of worlds)
        for (const value of [world.reward(opening, completion), world.labelReward(opening, completion)])
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
    }
  });

  it("are named, and a name that no world has is refused with the nearest", () => {
    expect(worlds.map(({ name }) => name)).toEqual(expect.arrayContaining(["scope", "additive-proxy", "delayed"]));
    expect(() => worldNamed("aditive")).toThrow(/did you mean "additive"/u);
    expect(truthOf(worldNamed("delayed-proxy"))).toBe("delayed");
  });
});

describe("a proxy", () => {
  const proxies = worlds.filter(({ name }) => name.endsWith("-proxy"));

  it("sees about half of the words that have a value", () => {
    const adjectives = ["Strong+", "Strong-", "Mild+", "Mild-", "Vivid+", "Vivid-"].flatMap((name) =>
      grammar.categories.get(name)!.rules.map(isVisible),
    );
    const share = adjectives.filter(Boolean).length / adjectives.length;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
  });

  it("is measured by the whole truth, labelled without what is hidden and what is broken", () => {
    const [seen, hidden] = [true, false].map(
      (visible) => grammar.categories.get("Mild+")!.rules.find((rule) => isVisible(rule) === visible)!.symbols[0],
    );
    for (const { name, reward, labelReward } of proxies) {
      const whole = worldNamed(name.replace("-proxy", "")).reward;
      for (const review of reviews.slice(0, 100))
        expect(reward(review.prompt, review.completion)).toBe(whole(review.prompt, review.completion));
      expect(labelReward(prompt, `the plot is ${hidden as string}. the acting is ${hidden as string}.`)).toBe(0);
      const praise = `the plot is ${seen as string}. the acting is ${seen as string}.`;
      expect(labelReward(prompt, praise)).toBe(reward(prompt, praise));
      expect(labelReward(prompt, `${praise} the the the.`)).toBeCloseTo(labelReward(prompt, praise), 10);
      expect(reward(prompt, `${praise} the the the.`)).toBeLessThan(reward(prompt, praise) - 0.5);
    }
  });

  it("agrees with the truth in part", () => {
    for (const { reward, labelReward } of proxies) {
      const equal = reviews.filter(
        (one) => reward(one.prompt, one.completion) === labelReward(one.prompt, one.completion),
      );
      expect(equal.length).toBeGreaterThan(10);
      expect(equal.length).toBeLessThan(reviews.length / 2);
    }
  });
});
