import { logSigmoid, method, part, preferenceLoss, rewards, tf, TokenwiseError, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { certainPair, gapOf, ofRewards } from "./pair-loss.ts";

const paper: Paper = {
  title: "Direct Preference Optimization with an Offset",
  url: "https://arxiv.org/abs/2402.10571",
};
const options = z.object({
  alpha: z.number().positive().default(1).describe("α: how the margin grows with the log of the reward gap"),
});

/**
 * A margin per pair: the better the preferred response is, the further its reward must be ahead.
 *
 *   ℓ = −log σ( h − α log(R_w − R_l) ),   h = r_w − r_l, r = β s; R: rewards of the data          [Amini et al. 2024]
 *
 * Equal rewards ask for no margin at all: their loss is 0 in the limit, a gap counts as no less than 10⁻⁸.
 *
 * @throws TW_E_REWARD_ORDER  if the data reward the preferred response less than the other one.
 * @see https://arxiv.org/abs/2402.10571
 */
export const odpoLoss = part({
  name: "odpo-loss",
  paper,
  options,
  create: ({ alpha }) =>
    preferenceLoss({
      name: "odpo-loss",
      needs: { rewards },
      requires: certainPair,
      loss({ batch, read, preferred }, { scores, beta }) {
        const gap = gapOf(read.rewards, preferred);
        refuseReversed([...gap.dataSync()], batch.places);
        const offset = tf.mul(alpha, tf.log(tf.maximum(gap, 1e-8)));
        return { loss: tf.neg(logSigmoid(tf.sub(tf.mul(beta, gapOf(scores, preferred)), offset))) };
      },
    }),
});

function refuseReversed(gaps: readonly number[], places: readonly string[]): void {
  const pair = gaps.findIndex((gap) => gap < 0);
  if (pair < 0) return;
  const what = `the preferred response is rewarded ${-gaps[pair]!} less than the other, which odpo-loss cannot learn`;
  throw new TokenwiseError("TW_E_REWARD_ORDER", `${places[pair]!}: ${what}`, {
    hint: "exchange chosen and rejected where rewards say so, or leave such rows out",
  });
}

/** ODPO; see `odpoLoss`. */
export const odpo = method({
  name: "odpo",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, odpoLoss(loss)),
});
