import { method, part, preferenceLoss, sequenceSum, tf, tokenLogProb, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { matched } from "./matched.ts";
import { betaOption, smoothingOption } from "./options.ts";
import { certainPair, gapOf, ofRewards, sides } from "./pair-loss.ts";
import { smoothedLogistic } from "./sigmoid.ts";

const paper: Paper = {
  title: "Distributional Preference Alignment of LLMs via Optimal Transport",
  url: "https://arxiv.org/abs/2406.05882",
};
const options = z.object({
  paired: z
    .boolean()
    .default(true)
    .describe("sort margins of policy and reference, else scores of chosen and rejected"),
  labelSmoothing: smoothingOption(),
});

/**
 * One *distribution* is to dominate the other: sorted over the step, the k-th value of one against the k-th of the other.
 *
 *   paired:   u = s_w − s_l + g, v = g = log π_ref(y_w) − log π_ref(y_l): margins of policy and reference
 *   unpaired: u = s_w, v = s_l
 *   ℓ_i = −(1 − ε) log σ(β (u_i − v_(k))) − ε log σ(−β (u_i − v_(k))),   u_i = u_(k)              [Melnyk et al. 2024, AOT]
 *
 * Coupled: the step is sorted as a whole, however it is cut into micro-batches. The loss of the k-th place belongs to the prompt of
 * u_(k), whose β and weight are used.
 *
 * @see https://arxiv.org/abs/2406.05882
 */
export const aotLoss = part({
  name: "aot-loss",
  paper,
  options,
  create: ({ paired, labelSmoothing }) =>
    preferenceLoss({
      name: "aot-loss",
      coupling: "batch",
      requires: certainPair,
      needs: { reference: paired ? sequenceSum(tokenLogProb("reference")) : undefined },
      loss({ read, preferred }, { scores, beta }) {
        const base = read.reference && gapOf(read.reference, preferred);
        const [u, v] = base ? [tf.add(gapOf(scores, preferred), base), base] : sides(scores, preferred);
        return { loss: smoothedLogistic(tf.mul(beta, tf.sub(u, matched(v, u))), labelSmoothing) };
      },
    }),
});

/** AOT on pairs, or on chosen and rejected responses that do not belong together; see `aotLoss`. */
export const aot = method({
  name: "aot",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, aotLoss(loss)),
});
