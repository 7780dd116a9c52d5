/** A world of three prompts with a handful of answers each: what is optimal can be enumerated. */
import type { RewardHistogram } from "../src/bounds/reward-histogram.ts";
import { seeded, weightedIndex } from "./random.ts";

interface SmallPrompt {
  readonly probabilities: readonly number[];
  readonly rewards: readonly number[];
}

export const smallWorld: readonly SmallPrompt[] = [
  { probabilities: [0.5, 0.3, 0.15, 0.05], rewards: [-0.4, 0.1, 0.5, 0.9] },
  { probabilities: [0.25, 0.25, 0.25, 0.25], rewards: [-1, -0.2, 0.3, 0.3] },
  { probabilities: [0.7, 0.2, 0.1], rewards: [0, 0.6, -0.7] },
];

/** What any policy [P][answers] is worth: its mean reward and its mean KL to the reference, both exact. */
export function worthOf(policy: readonly (readonly number[])[]): { readonly reward: number; readonly kl: number } {
  let reward = 0;
  let kl = 0;
  policy.forEach((ofPrompt, prompt) =>
    ofPrompt.forEach((probability, answer) => {
      const { probabilities, rewards } = smallWorld[prompt]!;
      if (probability === 0) return;
      reward += (probability * rewards[answer]!) / policy.length;
      kl += (probability * Math.log(probability / probabilities[answer]!)) / policy.length;
    }),
  );
  return { reward, kl };
}

/** π*(y) ∝ π_ref(y) exp(r(y)/β), enumerated. */
export const exactOptimum = (beta: number): readonly (readonly number[])[] =>
  smallWorld.map(({ probabilities, rewards }) => {
    const weights = probabilities.map((probability, answer) => probability * Math.exp(rewards[answer]! / beta));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });

/** Samples of the reference, counted. */
export const sampledWorld = (samples: number, seed: number): readonly RewardHistogram[] =>
  smallWorld.map(({ probabilities, rewards }, prompt) => {
    const random = seeded(seed, `small world ${prompt}`);
    const counts = rewards.map(() => 0);
    for (let drawn = 0; drawn < samples; drawn++) counts[weightedIndex(probabilities, random)]! += 1;
    return { rewards, counts };
  });

/** The reference itself, as so many samples that nothing is left to chance. */
export const exactWorld: readonly RewardHistogram[] = smallWorld.map(({ probabilities, rewards }) => ({
  rewards,
  counts: probabilities.map((probability) => Math.round(probability * 1e6)),
}));
