import { auxiliaryLoss, logRatio, margin as marginOf, part, tf, type PerCandidate } from "@tokenwise/kit";
import { tripletOptions } from "./options.ts";
import { paper } from "./paper.ts";

/**
 * A response that the policy itself gives to the prompt, the anchor a, is to lie closer to the chosen response than to the rejected one:
 *
 *   γ · mean max(0, D(a, chosen) − D(a, rejected) + margin)          D(a, y) = Σ_j (ρ^a_j − ρ^y_j)², over the tokens j that both have
 *
 * with ρ = log π(y) − log π_ref(y) per token.                                [Yang et al. 2025, Eq. 13; D as in the released code]
 * Gradients flow through the anchor, too. An anchor that ends at once has its end token, which is compared.
 *
 * @param options.gamma        γ ≥ 0. Paper: 0.1; released configuration: 0.001.
 * @param options.anchorEvery  Draws a row's anchor anew once it is this many steps old.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * Deviations: see the readme.
 */
export const triplet = part({
  name: "triplet",
  paper,
  options: tripletOptions,
  create: ({ gamma, margin, ...options }) =>
    auxiliaryLoss({
      name: "triplet",
      weight: gamma,
      needs: { ratio: logRatio },
      requires: { group: "pair" },
      samples: {
        anchor: {
          generate: {
            maxNewTokens: options.anchorTokens,
            temperature: options.anchorTemperature,
            topK: options.anchorTopK,
            topP: options.anchorTopP,
            every: options.anchorEvery,
          },
          needs: { ratio: logRatio },
        },
      },
      sum({ batch, read, sample: { anchor } }) {
        const width = Math.max(batch.responseMask.shape[1]!, anchor.batch.responseMask.shape[1]!);
        /** [rows, T] as [P, candidates, width]; an anchor stands for every candidate of its prompt. */
        const aligned = (tokens: tf.Tensor): tf.Tensor => {
          const missing = width - tokens.shape[1]!;
          return tf.reshape(tf.pad(tokens, [[0, 0], [0, missing]]), [batch.prompts, -1, width]); // prettier-ignore
        };
        const both = tf.mul(aligned(batch.responseMask), aligned(anchor.batch.responseMask));
        const apart = tf.square(tf.sub(aligned(read.ratio), aligned(anchor.read.ratio)));
        const distance: PerCandidate = tf.sum(tf.mul(both, apart), 2);
        return tf.sum(tf.relu(tf.add(marginOf(distance), margin)));
      },
      count: ({ batch }) => batch.prompts,
    }),
});
