import { dpo, rewards, tf, tokenLogProb } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { batchOf, difference, evaluate, type Given } from "@tokenwise/testkit";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { contestants, pretraining } from "../src/contestants.ts";
import { corruptions, type Level } from "../src/corruptions.ts";
import { estimate } from "../src/interval.ts";
import { logProbs, makePolicies, winMass } from "../src/policies.ts";
import { runStudy, type Row } from "../src/study.ts";
import { renderDifferences, renderTable } from "../src/table.ts";
import { train } from "../src/train.ts";
import { drawItems, groupSize, makeWorlds } from "../src/world.ts";

beforeAll(() => useBackend("wasm"));

describe("the world", () => {
  it("is the same for the first seeds, however many there are", () => {
    const [one, three] = [1, 3].map((seeds) => {
      const worlds = makeWorlds(seeds, 5);
      return [...drawItems(worlds, 4, 7).rewards.dataSync()].slice(0, 4 * groupSize);
    });
    expect(one).toEqual(three);
  });

  it("without a shift, test contexts are drawn as those of training; with one, features and true rewards change", () => {
    const worlds = makeWorlds(2, 5);
    const [training, still, moved] = [drawItems(worlds, 4, 7), drawItems(worlds, 4, 7, 0), drawItems(worlds, 4, 7, 1)];
    expect([...still.rewards.dataSync()]).toEqual([...training.rewards.dataSync()]);
    expect([...moved.rewards.dataSync()]).not.toEqual([...training.rewards.dataSync()]);
  });
});

describe("corruptions", () => {
  const clean = () => drawItems(makeWorlds(2, 5), 500, 7).rewards;
  const levels = (name: string): readonly Level[] => corruptions.find((each) => each.name === name)!.levels;
  /** The quantile is that of the absolute differences from the true rewards. */
  const changes = (level: Level, quantile: number): number => {
    const truth = clean();
    const apart = [...tf.abs(tf.sub(level.observed!(truth, 3), truth)).dataSync()].sort((a, b) => a - b);
    return apart[Math.floor(quantile * (apart.length - 1))]!;
  };

  it.each(["noise with outliers", "heavy tails (Cauchy)"])(
    "%s: the more severe, the further from the truth",
    (name) => {
      const medians = levels(name).map((level) => changes(level, 0.5));
      expect(medians).toEqual(medians.toSorted((a, b) => a - b));
    },
  );

  it("a Cauchy variable's absolute values have its scale as their median", () => {
    const medians = levels("heavy tails (Cauchy)").map((level) => changes(level, 0.5));
    [0.1, 0.5, 1].forEach((scale, at) => expect(Math.abs(medians[at]! / scale - 1)).toBeLessThan(0.1));
  });

  it("outliers are beyond what a normal variable reaches", () => {
    expect(changes(levels("noise with outliers")[0]!, 0.99)).toBeGreaterThan(4 * 0.5);
  });

  it("flips turn all rewards of a context or none, and of the stated share", () => {
    const truth = clean();
    const shares = levels("adversarial flips").map(({ observed }) => {
      const signs = tf.reshape(tf.div(observed!(truth, 3), truth), [-1, groupSize]).arraySync() as number[][];
      expect(signs.every((context) => context.every((sign) => sign === context[0]))).toBe(true);
      return signs.filter(([sign]) => sign === -1).length / signs.length;
    });
    [0.1, 0.2, 0.4].forEach((share, at) => expect(Math.abs(shares[at]! - share)).toBeLessThan(0.05));
  });
});

describe("training", () => {
  const [steps, batch, seed] = [5, 16, 1];
  const experience = (seeds: number) => {
    const items = drawItems(makeWorlds(seeds, 5), 40, 7);
    return { ...items, anchor: tf.fill<tf.Rank.R2>(items.rewards.shape, Math.log(1 / groupSize)) };
  };

  it.each(contestants)("$name: a seed's policies are trained as if they were alone", (contestant) => {
    const several = makePolicies(3, 8, 2);
    const first = several.map((variable) => tf.variable(tf.slice(variable, 0, 1)));
    const [alone, together] = [first, several].map((policies) => {
      const { features, ...rest } = experience(policies[0]!.shape[0]);
      train(policies, contestant, { features, ...rest }, { steps, batch, seed });
      return [...logProbs(policies, features).dataSync()].slice(0, 40 * groupSize);
    });
    expect(difference(together!, alone!)).toBeLessThan(1e-4);
  });

  it.each([pretraining, ...contestants])("$name: on clean rewards WinMass rises and the loss falls", (contestant) => {
    const { features, rewards: truth, anchor } = experience(2);
    const policies = makePolicies(2, 16, 2);
    const before = winMass(policies, features, truth);
    const losses = train(policies, contestant, { features, rewards: truth, anchor }, { steps: 150, batch, seed });
    winMass(policies, features, truth).forEach((mass, at) => expect(mass).toBeGreaterThan(before[at]!));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });

  it("hard labels of pairs are DPO with β = 1/τ, the better one as chosen", () => {
    const pair = (order: readonly number[]): Given => {
      const of = (values: readonly number[], shape: [number, number]) =>
        tf.tensor2d(
          order.map((at) => values[at]!),
          shape,
        );
      const candidate = { promptLength: 1, response: [0] };
      return {
        batch: batchOf([[candidate, candidate]]),
        values: [
          [tokenLogProb("policy"), of([-2, -1.5], [2, 1])],
          [tokenLogProb("reference"), of([-1.8, -1.9], [2, 1])],
          [rewards, of([0.3, 1.1], [1, 2])],
        ],
      };
    };
    const [hard, theirs] = [
      evaluate(contestants[0]!.method, [pair([0, 1])]),
      evaluate(dpo({ beta: 1.25 }), [pair([1, 0])]),
    ];
    expect(hard.loss).toBeCloseTo(theirs.loss, 6);
    const slopes = [...theirs.gradients.policy[0]!.dataSync()].reverse();
    expect(difference([...hard.gradients.policy[0]!.dataSync()], slopes)).toBeLessThan(1e-5);
  });
});

describe("the study", () => {
  const sizes = { seeds: 2, steps: 2, batch: 8, hidden: 8, contexts: 16, testContexts: 8 };
  /** The tables of a text as cells, without what bold and padding add. */
  const tablesOf = (text: string) =>
    [...text.matchAll(/(?:^\|.*\|\n?)+/gm)].map(([table]) =>
      table
        .trim()
        .split("\n")
        .map((line) =>
          line
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.replaceAll("*", "").trim()),
        ),
    );

  it("has a row for every corruption and severity, repeats itself, and leaves no tensor", () => {
    const before = tf.memory().numTensors;
    const seen: Row[] = [];
    const rows = runStudy({ ...sizes, onRow: (row) => seen.push(row) });
    expect(tf.memory().numTensors).toBe(before);
    expect(seen).toEqual(rows);
    expect(rows).toHaveLength(12);
    for (const { winMass: masses } of rows) {
      expect(Object.keys(masses)).toEqual([pretraining.name, ...contestants.map(({ name }) => name)]);
      expect(
        Object.values(masses)
          .flat()
          .every((mass) => mass > 0 && mass < 1),
      ).toBe(true);
    }
    expect(runStudy(sizes)).toEqual(rows);
  });

  it("prints tables of which those in the readme have the rows and columns", () => {
    const rows = runStudy(sizes);
    const printed = tablesOf(`${renderTable(rows)}\n\n${renderDifferences(rows)}`);
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const found = printed.map(([header]) => tablesOf(readme).find(([other]) => other![0] === header![0])!);
    const labels = (tables: readonly string[][][], columns: readonly number[]) =>
      tables.map(([header, ...lines], at) => [header, lines.slice(1).map((cells) => cells.slice(0, columns[at]))]);
    expect(labels(found, [2, 1])).toEqual(labels(printed, [2, 1]));
    const numbers = found.map(([, , ...lines], at) => lines.flatMap((cells) => cells.slice(at === 0 ? 2 : 1)));
    expect(numbers[0]!.filter((cell) => !/^0\.\d{3} ± 0\.\d{3}$/.test(cell))).toEqual([]);
    expect(numbers[1]!.filter((cell) => !/^([+−]0\.\d{3}|\d+)$/.test(cell))).toEqual([]);
  });

  it("an interval is t · s / √n on both sides of the mean", () => {
    const { mean, half } = estimate([1, 2, 3]);
    expect(mean).toBe(2);
    expect(half).toBeCloseTo(4.303 / Math.sqrt(3), 6); // t at 0.975 of 2 degrees of freedom
  });
});
