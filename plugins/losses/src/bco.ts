import { logSigmoid, method, overCandidates, part, preferenceLoss, stopGradient, tf } from "@tokenwise/kit";
import type { Paper, PerPrompt } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { certainPair, ofRewards, pairLoss, sides } from "./pair-loss.ts";

const paper: Paper = {
  title: "Binary Classifier Optimization for Large Language Model Alignment",
  url: "https://arxiv.org/abs/2404.04656",
};
const options = z.object({
  shift: z.enum(["running", "none"]).default("running").describe("δ: the mean reward of the steps so far, or 0"),
});

const classified = (chosen: PerPrompt, rejected: PerPrompt, delta: number): PerPrompt =>
  tf.neg(tf.add(logSigmoid(tf.sub(chosen, delta)), logSigmoid(tf.sub(delta, rejected))));

/**
 * A classifier of good and bad responses, whose threshold δ is the mean reward of the training steps before:
 *
 *   ℓ = −log σ(r_w − δ) − log σ(δ − r_l),   r = β s                                     [Jung et al. 2024, BCO on pairs]
 *
 * δ is state: 0 before the first step, the same for all pairs of a step. Metric: `shift`, δ, where it runs.
 *
 * @see https://arxiv.org/abs/2404.04656
 */
export const bcoLoss = part({
  name: "bco-loss",
  paper,
  options,
  create: ({ shift }) =>
    shift === "none"
      ? pairLoss("bco-loss", ({ chosen, rejected }) => classified(chosen, rejected, 0))
      : preferenceLoss({
          name: "bco-loss",
          requires: certainPair,
          state: {
            signals: ["reward"],
            init: () => ({ mean: 0, steps: 0 }),
            update({ mean, steps: before }, { signal }) {
              const steps = before + 1;
              return { mean: mean + (signal.reward.mean - mean) / steps, steps };
            },
          },
          loss({ preferred, state: { mean } }, { scores, beta }) {
            const rewards = tf.mul(overCandidates(beta), scores);
            const loss = classified(...sides(rewards, preferred), mean);
            const reward = stopGradient(tf.mean(rewards, 1));
            return { loss, signal: { reward }, metrics: { shift: tf.fill(loss.shape, mean) } };
          },
        }),
});

/** BCO on pairs; see `bcoLoss`. */
export const bco = method({
  name: "bco",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, bcoLoss(loss)),
});
