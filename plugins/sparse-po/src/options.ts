import { z } from "zod";

const activation = z.enum(["relu", "rescale", "none"]).default("relu");
const penalty = z.number().nonnegative().default(0);
const beta = z.number().positive().default(0.1).describe("strength of the KL penalty");
const masks = z.enum(["common", "independent", "reward", "divergence"]).default("common");
const types = z.array(z.enum(["mlp", "attention", "residual", "logits"])).min(1);

export const maskOptions = z.object({
  masks: masks.describe("one for log-ratio and divergence, one each, or one for one of the two, and 1 for the other"),
  layers: z.enum(["all", "last"]).default("all").describe("whose hidden states a mask reads"),
  layerActivation: activation.describe("of a layer's value: ReLU, scaled to 0 … 1 over the response, or none"),
  activation: activation.describe("of the mask, likewise"),
  init: z.enum(["normal", "positive"]).default("normal").describe("first values: the model's own, or masks near 1"),
  weightDecay: z.number().nonnegative().default(0.01).describe("weight decay of heads and mixing weights"),
});
export type MaskOptions = z.output<typeof maskOptions>;

const penalties = {
  l1Reward: penalty.describe("λ_u: weight of the L1 norm of the log-ratio's mask"),
  l1Divergence: penalty.describe("λ_d: weight of the L1 norm of the divergence's mask"),
};
export const sparseOptions = maskOptions
  .extend({ beta, ...penalties })
  .refine((given) => given.masks !== "reward" || given.l1Divergence === 0, "l1Divergence: that side has no mask")
  .refine((given) => given.masks !== "divergence" || given.l1Reward === 0, "l1Reward: that side has no mask");

const mapping = z.enum(["rescale", "sigmoid", "none"]).default("rescale");
export const activationOptions = z.object({
  types: types.default(["mlp", "attention", "residual", "logits"]).describe("where activations are taken"),
  mapping: mapping.describe("means scaled to 0 … 1 over the response, means of the sigmoid, or as they are"),
});
export const mapoOptions = activationOptions.extend({ beta });

export const paper = {
  title: "SparsePO: Controlling Preference Alignment of LLMs via Sparse Token Masks",
  url: "https://arxiv.org/abs/2410.05102",
};
