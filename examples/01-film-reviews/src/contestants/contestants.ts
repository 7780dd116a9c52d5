/** What is compared: a row for each method, combination and control, in the order in which the demonstration takes them. */
import { compose, dpo, implicitReward, logistic, nearest, sampledGroups, sft, TokenwiseError } from "@tokenwise/kit";
import { adpo } from "@tokenwise/plugin-adpo";
import { attentionPo, twDpo } from "@tokenwise/plugin-attention-po";
import { epsilonBeta, epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { ipo, simpo } from "@tokenwise/plugin-losses";
import { maPo, sparsePo } from "@tokenwise/plugin-sparse-po";
import { tdpo, tdpoScore } from "@tokenwise/plugin-tdpo";
import { tiDpo } from "@tokenwise/plugin-ti-dpo";
import { importanceWeights, tisDpo } from "@tokenwise/plugin-tis-dpo";
import { longestReview } from "../demo/sample-reviews.ts";
import type { Contestant, Weights } from "./contestant.ts";
import { judging } from "./judging.ts";

const epsilon = 0.01;
/** The contrast is between two models; nothing stands before the prompt. */
const noTexts = { positivePrompt: "", negativePrompt: "" };
const supervised: Weights = { from: "annotators", models: { positive: "sft-chosen", negative: "sft-rejected" } };
const preferring: Weights = { from: "annotators", models: { positive: "dpo", negative: "dpo-flipped" } };

/** The policy and the reference's log-probs, which are computed once. */
const likeDpo = { step: 3, once: 1 };
/** Four reviews share their prompt in one stream, and all groups have fewer reviews than all pairs of them. */
const ofGroups = { step: 2, once: 0.4 };
/** The reference is read in every step. */
const withReference = { step: 4, once: 0 };
/** Two models read the rows first. */
const contrasted = { step: 3, once: 3 };

const methods: readonly Omit<Contestant, "kind">[] = [
  { id: "dpo", name: "DPO", method: ({ beta }) => dpo({ beta }), rows: "pairs", cost: { passes: likeDpo } },
  {
    ...{ id: "sft-chosen", name: "SFT on chosen", method: () => sft(), rows: "chosen" },
    cost: { passes: { step: 1.5, once: 0 } },
  },
  {
    ...{ id: "epsilon-dpo", name: "ε-DPO", method: ({ beta }) => epsilonDpo({ beta, epsilon }), rows: "pairs" },
    cost: { passes: withReference },
  },
  {
    ...{ id: "tis-dpo", name: "TIS-DPO(S)", method: ({ beta }) => tisDpo({ ...noTexts, beta }), rows: "pairs" },
    ...{ weights: supervised, cost: { passes: contrasted } },
  },
  {
    ...{ id: "tis-dpo-d", name: "TIS-DPO(D)", method: ({ beta }) => tisDpo({ ...noTexts, beta }), rows: "pairs" },
    ...{ weights: preferring, cost: { passes: contrasted } },
  },
  {
    ...{ id: "tdpo-1", name: "TDPO-1", method: ({ beta }) => tdpo({ beta, variant: "tdpo1" }), rows: "pairs" },
    cost: { passes: withReference },
  },
  {
    ...{ id: "tdpo-2", name: "TDPO-2", method: ({ beta }) => tdpo({ beta, variant: "tdpo2" }), rows: "pairs" },
    cost: { passes: withReference },
  },
  {
    ...{ id: "sparse-po", name: "SparsePO", rows: "pairs" },
    method: ({ beta }) => sparsePo({ beta, init: "positive", l1Reward: 0.001, l1Divergence: 0.001 }),
    cost: { passes: withReference },
  },
  {
    ...{ id: "sparse-po-independent", name: "SparsePO, two masks", rows: "pairs" },
    method: ({ beta }) =>
      sparsePo({ beta, masks: "independent", init: "positive", l1Reward: 0.001, l1Divergence: 0.001 }),
    cost: { passes: withReference },
  },
  {
    ...{ id: "ma-po", name: "MaPO", method: ({ beta }) => maPo({ beta }), rows: "pairs" },
    cost: { passes: withReference },
  },
  {
    ...{
      id: "attention-po",
      name: "AttentionPO",
      method: ({ beta }) => attentionPo({ beta, ...judging }),
      rows: "pairs",
    },
    ...{ weights: { from: "annotators" }, cost: { passes: { step: 3, once: 3 } } },
  },
  {
    ...{ id: "ti-dpo", name: "TI-DPO", rows: "pairs" },
    method: ({ beta }) => tiDpo({ beta, anchorTokens: longestReview }),
    cost: { passes: { step: 9.5, once: 0 }, pace: 2 },
  },
  {
    ...{ id: "adpo", name: "ADPO, pairs", rows: "pairs" },
    method: ({ beta }) => adpo({ targets: { kind: "first", smoothing: 0.1 }, tau: 1 / beta }),
    cost: { passes: likeDpo },
  },
  {
    ...{ id: "adpo-groups", name: "ADPO, groups of 4", rows: "groups" },
    method: ({ beta }) => adpo({ tau: 1 / beta }),
    cost: { labels: "the reward of each sample", passes: ofGroups },
  },
  {
    ...{ id: "ipo", name: "IPO", method: ({ beta }) => ipo({ beta, length: "sum" }), rows: "pairs" },
    cost: { passes: likeDpo },
  },
  {
    ...{ id: "simpo", name: "SimPO", method: ({ beta }) => simpo({ beta }), beta: 2, rows: "pairs" },
    cost: { passes: { step: 3, once: 0 } },
  },
  {
    ...{ id: "tis-epsilon", name: "TIS-DPO(S) × ε-DPO", rows: "pairs", weights: supervised },
    method: ({ beta }) =>
      compose({
        weighter: importanceWeights(noTexts),
        beta: epsilonBeta({ beta, epsilon }),
        scorer: implicitReward(),
        loss: logistic(),
      }),
    cost: { passes: { step: 4, once: 2 } },
  },
  {
    ...{ id: "tdpo-epsilon", name: "TDPO-2 × ε-DPO", rows: "pairs" },
    method: ({ beta }) => compose({ beta: epsilonBeta({ beta, epsilon }), scorer: tdpoScore(), loss: logistic() }),
    cost: { passes: withReference },
  },
  {
    ...{ id: "tis-ipo", name: "TIS-DPO(S) × IPO", rows: "pairs", weights: supervised },
    method: ({ beta }) => ({ ...ipo({ beta, length: "sum" }), weighter: importanceWeights(noTexts) }),
    cost: { passes: contrasted },
  },
  {
    ...{ id: "adpo-on-policy", name: "ADPO, on-policy", rows: "prompts" },
    method: ({ beta, world }) => ({
      ...adpo({ tau: 1 / beta, anchor: { kind: "sampled" } }),
      source: sampledGroups({
        groupSize: 4,
        maxNewTokens: longestReview,
        reward: ({ prompt, responses }) => responses.map((response) => world.labelReward(prompt, response)),
      }),
    }),
    cost: { labels: "the reward of each sample in every step", passes: { step: 5, once: 0 }, pace: 4 },
  },
];

const controls: readonly Omit<Contestant, "kind">[] = [
  {
    ...{ id: "sft-rejected", name: "SFT on rejected", method: () => sft(), rows: "rejected" },
    cost: { passes: { step: 1.5, once: 0 } },
  },
  {
    ...{ id: "dpo-flipped", name: "DPO, labels flipped", method: ({ beta }) => dpo({ beta }), rows: "flipped" },
    cost: { passes: likeDpo },
  },
  {
    ...{ id: "oracle", name: "TwDPO, oracle", method: ({ beta }) => twDpo({ beta }), rows: "pairs" },
    weights: { from: "oracle" },
    cost: { labels: "what each word is worth", passes: likeDpo },
  },
  {
    ...{ id: "signed-oracle", name: "TwDPO, signed oracle", method: ({ beta }) => twDpo({ beta }), rows: "pairs" },
    weights: { from: "signed-oracle" },
    cost: { labels: "what each word is worth", passes: likeDpo },
  },
  {
    ...{ id: "oracle-shuffled", name: "TwDPO, oracle shuffled", method: ({ beta }) => twDpo({ beta }), rows: "pairs" },
    weights: { from: "oracle", shuffled: true },
    cost: { labels: "what each word is worth", passes: likeDpo },
  },
  {
    ...{ id: "tis-shuffled", name: "TIS-DPO(S), shuffled", method: ({ beta }) => tisDpo({ ...noTexts, beta }) },
    ...{ rows: "pairs", weights: { ...supervised, shuffled: true }, cost: { passes: contrasted } },
  },
  {
    ...{ id: "tis-random", name: "TIS-DPO, random", rows: "pairs", weights: supervised },
    method: ({ beta }) => tisDpo({ ...noTexts, beta, transform: { kind: "random" } }),
    cost: { passes: contrasted },
  },
  {
    ...{ id: "dpo-still", name: "DPO, learning rate 0", method: ({ beta }) => dpo({ beta }), rows: "pairs" },
    ...{ learningRate: 0, cost: { passes: likeDpo } },
  },
];

export const contestants: readonly Contestant[] = [
  ...methods.map((one): Contestant => ({ ...one, kind: "method" })),
  ...controls.map((one): Contestant => ({ ...one, kind: "control" })),
];

/** @throws TW_E_USAGE  for an id that no contestant has. */
export function contestantNamed(id: string): Contestant {
  const found = contestants.find((one) => one.id === id);
  if (found) return found;
  const ids = contestants.map((one) => one.id);
  throw new TokenwiseError("TW_E_USAGE", `there is no method "${id}"${nearest(id, ids)}`, {
    hint: `methods: ${ids.join(", ")}`,
  });
}
