/** The kit's parts for groups of candidates and for moving references, by name. */
import {
  bestTargets,
  copyEvery,
  copyOnDrift,
  movingAverage,
  part,
  plackettLuce,
  rawRewards,
  rewardTargets,
  teacherTargets,
  tokenDivergence,
  withoutFailed,
  zScore,
} from "@tokenwise/kit";
import { z } from "zod";

const [positive, share, count] = [z.number().positive(), z.number().min(0).max(1), z.int().positive()];
const transforms = { "z-score": zScore(), raw: rawRewards };

export const standardGroupParts = [
  part({
    name: "reward-targets",
    options: z.object({
      by: z.enum(["z-score", "raw"]).default("z-score").describe("what becomes of the rewards of a group"),
      temperature: positive.default(0.5).describe("of the softmax over the candidates"),
    }),
    create: ({ by, temperature }) => rewardTargets({ by: transforms[by], temperature }),
  }),
  part({ name: "best-targets", options: z.object({}), create: bestTargets }),
  part({
    name: "teacher-targets",
    options: z.object({ temperature: positive.default(1).describe("of the softmax over the candidates") }),
    create: teacherTargets,
  }),
  part({
    name: "plackett-luce",
    options: z.object({
      by: z.enum(["targets", "rewards", "reference"]).default("targets").describe("what ranks the candidates"),
      places: count.optional().describe("the first places of the ranking alone count; default: all"),
      smoothing: share.default(0).describe("share of even targets at each place"),
      poly: z.number().nonnegative().default(0).describe("ε of the Poly term ε (1 − e^−ℓ) at each place"),
    }),
    create: plackettLuce,
  }),
  part({
    name: "token-divergence",
    options: z.object({ weight: positive.default(1).describe("what this loss weighs beside the others") }),
    create: tokenDivergence,
  }),
  part({ name: "without-failed", options: z.object({}), create: withoutFailed }),
  part({
    name: "moving-average",
    options: z.object({ keep: share.default(0.99).describe("share of the reference that stays in a step") }),
    create: movingAverage,
  }),
  part({
    name: "copy-every",
    options: z.object({ steps: count.default(1).describe("steps between copies") }),
    create: copyEvery,
  }),
  part({
    name: "copy-on-drift",
    options: z.object({
      threshold: positive.default(0.1).describe("copied where the mean |log-ratio| is above it, in nats"),
      window: count.default(10).describe("steps of that mean"),
    }),
    create: copyOnDrift,
  }),
] as const;
