import { constantBeta, logistic, meanTokens, method, part, scorer, supervised, tf } from "@tokenwise/kit";
import { tokenLogProb, type Paper, type PerCandidate } from "@tokenwise/kit";
import { z } from "zod";

const paper: Paper = {
  title: "ORPO: Monolithic Preference Optimization without Reference Model",
  url: "https://arxiv.org/abs/2403.07691",
};

/**
 * The log odds of a response by the geometric mean of its tokens' probabilities:
 *
 *   s = log p − log(1 − p),   log p = mean_t w_t log π(y_t)                                                [Hong et al. 2024]
 *
 * @returns s [P, G], in nats; log p counts as no more than −10⁻⁶, beyond which odds are infinite.
 * @see https://arxiv.org/abs/2403.07691
 */
export const logOdds = part({
  name: "log-odds",
  paper,
  options: z.object({}),
  create: () =>
    scorer({
      name: "log-odds",
      needs: { policy: tokenLogProb("policy") },
      score({ read, batch }, { reward }) {
        const logP: PerCandidate = tf.minimum(-1e-6, meanTokens(tf.mul(reward, read.policy), batch));
        return { score: tf.sub(logP, tf.log(tf.neg(tf.expm1(logP)))) };
      },
    }),
});

/**
 * ORPO: supervised training on the preferred response and, beside it, odds in its favour; no reference.
 *
 *   L = mean_t −log π(y_w) + λ · mean −log σ(s_w − s_l)                                                  [Hong et al. 2024]
 */
export const orpo = method({
  name: "orpo",
  paper,
  options: z.object({
    lambda: z.number().positive().default(0.1).describe("λ: what the odds weigh beside supervised training"),
  }),
  create: ({ lambda }) => ({
    beta: constantBeta({ beta: 1 }),
    objectives: [{ scorer: logOdds(), loss: logistic(), weight: lambda }],
    auxiliaries: [supervised()],
  }),
});
