/** The standard parts of the kit by name, with options by schema, so that configuration files can compose them. */
import {
  constantBeta,
  implicitReward,
  listwise,
  logistic,
  logLikelihood,
  part,
  preferFirst,
  reverseKl,
  supervised,
} from "@tokenwise/kit";
import { z } from "zod";
import { standardGroupParts } from "./standard-group-parts.ts";

const constantBetaPart = part({
  name: "constant-beta",
  options: z.object({ beta: z.number().positive().default(0.1).describe("strength of the KL penalty") }),
  create: constantBeta,
});

const implicitRewardPart = part({
  name: "implicit-reward",
  options: z.object({
    divergence: z.number().default(0).describe("α: what the divergence term weighs; 0 leaves it out"),
    kl: z.enum(["forward", "reverse"]).default("forward").describe("the divergence per token"),
    stopPreferred: z
      .boolean()
      .default(false)
      .describe("no gradient through the divergence of the preferred candidate (TDPO-2)"),
    logged: z.number().optional().describe("α of the reward that is logged; default: that of the score"),
    length: z.enum(["sum", "mean"]).default("sum").describe("mean divides by the response length in tokens (IPO)"),
  }),
  create: ({ kl, logged, ...rest }) =>
    implicitReward({
      ...rest,
      ...(kl === "reverse" && { kl: reverseKl }),
      ...(logged !== undefined && { logged }),
    }),
});

const logLikelihoodPart = part({
  name: "log-likelihood",
  options: z.object({
    length: z.enum(["sum", "mean"]).default("mean").describe("mean divides by the response length in tokens"),
  }),
  create: logLikelihood,
});

const logisticPart = part({
  name: "logistic",
  options: z.object({ offset: z.number().default(0).describe("margin that is asked for, in nats (SimPO's γ)") }),
  create: logistic,
});

const listwisePart = part({ name: "listwise", options: z.object({}), create: listwise });

const preferFirstPart = part({
  name: "prefer-first",
  options: z.object({
    smoothing: z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong"),
  }),
  create: preferFirst,
});

const supervisedPart = part({
  name: "supervised",
  options: z.object({ weight: z.number().positive().default(1).describe("what this loss weighs beside the others") }),
  create: supervised,
});

export const standardParts = [
  constantBetaPart,
  implicitRewardPart,
  logLikelihoodPart,
  logisticPart,
  listwisePart,
  preferFirstPart,
  supervisedPart,
  ...standardGroupParts,
] as const;
