import { auxiliaryLoss, logRatio, sumTokens, tf } from "../src/index.ts";

/** −Σ ρ of what the policy says by itself: it is to stay where the reference is. */
export const stay = auxiliaryLoss({
  name: "stay",
  weight: 0.1,
  samples: { own: { generate: { maxNewTokens: 32, temperature: 1 }, needs: { ratio: logRatio } } },
  sum: ({ sample: { own } }) => tf.neg(tf.sum(sumTokens(own.read.ratio, own.batch))),
  count: ({ batch }) => batch.prompts,
});
