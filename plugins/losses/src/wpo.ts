import { derived, dpo, logSumSquares, meanTokens, method, part, promptWeighter, tf } from "@tokenwise/kit";
import { tokenLogProb, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption, smoothingOption } from "./options.ts";

const paper: Paper = {
  title: "WPO: Enhancing RLHF with Weighted Preference Optimization",
  url: "https://arxiv.org/abs/2406.11827",
};

/** Mean over the response of log π(y_t) − log Σ_v π(v)², [P, G], in nats: 0 where the policy would sample it as it stands. */
const alignment = derived(
  "wpo.alignment",
  "P,G",
  { policy: tokenLogProb("policy"), squares: logSumSquares },
  ({ read, batch }) => meanTokens(tf.sub(read.policy, read.squares), batch),
);

/**
 * Weighs a pair by how much its responses are what the policy itself would say, so that old data act as the policy's own:
 *
 *   ω = Π_i exp( mean_t [ log π(y_t) − log Σ_v π(v)² ] )                           [Zhou et al. 2024, Eq. 2, weights aligned]
 *
 * @returns ω [P], a constant, positive. Metric: `weight`, ω.
 * @see https://arxiv.org/abs/2406.11827
 */
export const wpoWeight = part({
  name: "wpo-weight",
  paper,
  options: z.object({}),
  create: () =>
    promptWeighter({
      name: "wpo-weight",
      needs: { alignment },
      emphasize({ read }) {
        const weight = tf.exp(tf.sum(read.alignment, 1));
        return { weight, metrics: { weight } };
      },
    }),
});

/** WPO: DPO with these weights; see `wpoWeight`. */
export const wpo = method({
  name: "wpo",
  paper,
  options: z.object({ beta: betaOption(), labelSmoothing: smoothingOption() }),
  create: (options) => ({ ...dpo(options), emphasis: wpoWeight() }),
});
