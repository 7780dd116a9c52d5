import { method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "A General Theoretical Paradigm to Understand Learning from Human Preferences",
  url: "https://arxiv.org/abs/2310.12036",
};

/**
 * The squared distance of the margin from what β asks for, which does not push certain preferences on without end:
 *
 *   ℓ = (s_w − s_l − 1/(2β))²                                                            [Azar et al. 2024, Eq. 17, τ = β]
 *
 * @see https://arxiv.org/abs/2310.12036
 */
export const ipoLoss = part({
  name: "ipo-loss",
  paper,
  options: z.object({}),
  create: () => pairLoss("ipo-loss", ({ gap, beta }) => tf.square(tf.sub(tf.div(gap, beta), tf.div(0.5, beta)))),
});

/** IPO; scores are means over the response's tokens, as its authors confirmed to TRL, so that β does not depend on length. */
export const ipo = method({
  name: "ipo",
  paper,
  options: z.object({
    beta: betaOption(),
    length: z.enum(["mean", "sum"]).default("mean").describe("mean divides scores by the response length in tokens"),
  }),
  create: ({ beta, length }) => ofRewards(beta, ipoLoss(), length),
});
