import { method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Anchored Preference Optimization and Contrastive Revisions: Addressing Underspecification in Alignment",
  url: "https://arxiv.org/abs/2408.06266",
};
const options = z.object({
  anchor: z
    .enum(["zero", "down"])
    .default("zero")
    .describe("zero: chosen responses are better than the model's own; down: they are worse"),
});

/**
 * Rewards move away from 0, that of the reference, in a direction that is stated and not only relative to each other:
 *
 *   zero: ℓ = 1 − σ(r_w) + σ(r_l)          down: ℓ = σ(r_w) + 1 − σ(r_w − r_l),   r = β s
 *                                                                            [D'Oosterlinck et al. 2024, Eqs. 7 and 8]
 *
 * @see https://arxiv.org/abs/2408.06266
 */
export const apoLoss = part({
  name: "apo-loss",
  paper,
  options,
  create: ({ anchor }) =>
    pairLoss("apo-loss", ({ chosen, rejected, gap }) =>
      anchor === "zero"
        ? tf.add(tf.sigmoid(tf.neg(chosen)), tf.sigmoid(rejected))
        : tf.add(tf.sigmoid(chosen), tf.sigmoid(tf.neg(gap))),
    ),
});

/** APO-zero and APO-down; see `apoLoss`. */
export const apo = method({
  name: "apo",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, apoLoss(loss)),
});
