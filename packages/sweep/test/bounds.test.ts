import { describe, expect, it } from "vitest";
import { aboveCeiling } from "../src/bounds/above-ceiling.ts";
import { bestOfN, expectedBest } from "../src/bounds/best-of-n.ts";
import { ceilingOf } from "../src/bounds/ceiling.ts";
import { optimalPolicy } from "../src/bounds/optimal-policy.ts";
import { meanOf } from "../src/statistics/interval.ts";
import { seeded } from "./random.ts";
import { exactOptimum, exactWorld, sampledWorld, smallWorld, worthOf } from "./small-world.ts";

const betas = [5, 1, 0.5, 0.2, 0.05];

/** A random policy, from timid to bold. */
function randomPolicy(random: () => number): number[][] {
  const boldness = 4 * random();
  return smallWorld.map(({ probabilities, rewards }) => {
    const taste = 3 * random();
    const weights = probabilities.map((p, y) => p * Math.exp(boldness * (random() - 0.5) + taste * rewards[y]!));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
}

describe("the optimal policy, against one that is enumerated", () => {
  it.each(betas)("has its reward and KL at β = %d", (beta) => {
    const policies = exactWorld.map((histogram) => optimalPolicy(histogram, beta));
    const exact = worthOf(exactOptimum(beta));
    expect(meanOf(policies.map(({ reward }) => reward))).toBeCloseTo(exact.reward, 10);
    expect(meanOf(policies.map(({ kl }) => kl))).toBeCloseTo(exact.kl, 10);
  });

  it("is found from samples within the error that it states, and its effective samples are those of the weights", () => {
    const [beta, samples] = [0.3, 500];
    const exact = exactWorld.map((histogram) => optimalPolicy(histogram, beta));
    const misses = Array.from({ length: 200 }, (_, seed) =>
      sampledWorld(samples, seed).map((histogram, prompt) => {
        const estimate = optimalPolicy(histogram, beta);
        return (estimate.logPartition - exact[prompt]!.logPartition) / Math.sqrt(estimate.variance);
      }),
    ).flat();
    const deviation = Math.sqrt(meanOf(misses.map((miss) => miss ** 2)));
    expect(deviation).toBeGreaterThan(0.9);
    expect(deviation).toBeLessThan(1.1);
    const { effectiveSamples } = optimalPolicy({ rewards: [0, Math.log(3)], counts: [2, 1] }, 1);
    expect(effectiveSamples).toBeCloseTo((1 + 1 + 3) ** 2 / (1 + 1 + 9), 12);
  });

  it("tends to the reference at a large β and to the best answer at a small one, without overflow", () => {
    expect(optimalPolicy(exactWorld[0]!, 1e6).kl).toBeCloseTo(0, 8);
    expect(optimalPolicy(exactWorld[0]!, 1e-4).reward).toBeCloseTo(0.9, 8);
    expect(optimalPolicy(exactWorld[0]!, 1e-4).kl).toBeCloseTo(-Math.log(0.05), 8);
  });
});

describe("the ceiling", () => {
  const ceiling = ceilingOf(exactWorld, { largest: 1 });

  it("passes through the optimal policies", () => {
    for (const beta of betas) {
      const { reward, kl } = worthOf(exactOptimum(beta));
      expect(ceiling.at(kl)).toMatchObject({ reward: expect.closeTo(reward, 6) as number, reached: true });
    }
    expect(ceiling.at(0).reward).toBeCloseTo(worthOf(smallWorld.map(({ probabilities }) => probabilities)).reward, 3);
  });

  it("has no policy above it, also where its samples do not reach", () => {
    const random = seeded(3, "policies");
    const near = ceilingOf(exactWorld, { least: 600_000, largest: 1 });
    expect(near.points.length).toBeLessThan(ceiling.points.length);
    const beyond = Array.from({ length: 300 }, () => {
      const { reward, kl } = worthOf(randomPolicy(random));
      expect(reward).toBeLessThanOrEqual(ceiling.at(kl).reward + 1e-9);
      expect(ceiling.at(kl).reward).toBeLessThanOrEqual(near.at(kl).reward + 1e-9);
      return near.at(kl).reached;
    });
    expect(new Set(beyond)).toEqual(new Set([true, false]));
    expect(near.at(50).reward).toBe(1);
  });

  it("from samples is off by more than its half width about once in twenty", () => {
    const kl = 0.3;
    const right = ceiling.at(kl).reward;
    const within = Array.from({ length: 300 }, (_, seed) => {
      const { reward, halfWidth } = ceilingOf(sampledWorld(500, seed), { least: 100 }).at(kl);
      return Math.abs(reward - right) <= halfWidth;
    });
    const share = within.filter(Boolean).length / within.length;
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.99);
  });

  it("shows no point of fewer effective samples than asked for, and nothing from a handful", () => {
    const few = ceilingOf(sampledWorld(1000, 1), { least: 400 });
    expect(Math.min(...few.points.map(({ effectiveSamples }) => effectiveSamples))).toBeGreaterThanOrEqual(400);
    for (const { effectiveSamples, pooledSamples } of few.points) {
      expect(pooledSamples).toBeGreaterThanOrEqual(3 * effectiveSamples - 1e-6);
    }
    expect(() => ceilingOf(sampledWorld(100, 1))).toThrow(/200 effective samples/u);
  });
});

describe("the best of n", () => {
  it("has the mean over all subsets of n samples", () => {
    const histogram = { rewards: [0.5, -1, 0.2], counts: [2, 3, 1] };
    const samples = [0.5, 0.5, -1, -1, -1, 0.2];
    const pairs = samples.flatMap((a, i) => samples.slice(i + 1).map((b) => Math.max(a, b)));
    const triples = samples.flatMap((a, i) =>
      samples.slice(i + 1).flatMap((b, j) => samples.slice(i + j + 2).map((c) => Math.max(a, b, c))),
    );
    expect(expectedBest(histogram, 1).reward).toBeCloseTo(meanOf(samples), 12);
    expect(expectedBest(histogram, 1).effectiveSamples).toBeCloseTo(6, 12);
    expect(expectedBest(histogram, 2).reward).toBeCloseTo(meanOf(pairs), 12);
    expect(expectedBest(histogram, 3).reward).toBeCloseTo(meanOf(triples), 12);
    expect(expectedBest(histogram, 6).reward).toBe(0.5);
    expect(expectedBest(histogram, 7).effectiveSamples).toBe(0);
  });

  it("is enumerated right for the whole world, and stays below the ceiling at its bound on the KL", () => {
    const points = bestOfN(exactWorld);
    expect(points.map(({ n }) => n).slice(0, 4)).toEqual([2, 4, 8, 16]);
    const bestOfTwo = smallWorld.map(({ probabilities, rewards }) =>
      probabilities.reduce(
        (sum, p, i) =>
          sum + probabilities.reduce((inner, q, j) => inner + p * q * Math.max(rewards[i]!, rewards[j]!), 0),
        0,
      ),
    );
    expect(points[0]!.reward.mean).toBeCloseTo(meanOf(bestOfTwo), 5);
    const ceiling = ceilingOf(exactWorld);
    for (const { klBound, reward } of points) expect(reward.mean).toBeLessThanOrEqual(ceiling.at(klBound).reward);
  });

  it("ends where the samples of some prompt no longer carry", () => {
    expect(bestOfN(sampledWorld(300, 1), { least: 250 }).at(-1)?.n ?? 0).toBeLessThan(
      bestOfN(sampledWorld(300, 1), { least: 20 }).at(-1)!.n,
    );
  });
});

describe("the check against the ceiling", () => {
  const ceiling = { reward: 0.5, halfWidth: 0.01, reached: true };
  const row = (name: string, mean: number) => ({
    name,
    reward: { mean, low: mean - 0.05, high: mean + 0.05 },
    ceiling,
  });

  it("names who is significantly above, and nobody else", () => {
    const rows = [row("honest", 0.2), row("lucky", 0.555), row("impossible", 0.57)];
    expect(aboveCeiling(rows, { flip: false }).map(({ name }) => name)).toEqual(["impossible"]);
  });

  it("turns with the reward", () => {
    const floor = { ...ceiling, reward: -0.5 };
    const rows = [row("honest", -0.2), row("lucky", -0.555), row("impossible", -0.57)];
    const below = aboveCeiling(
      rows.map((one) => ({ ...one, ceiling: floor })),
      { flip: true },
    );
    expect(below.map(({ name }) => name)).toEqual(["impossible"]);
  });
});
