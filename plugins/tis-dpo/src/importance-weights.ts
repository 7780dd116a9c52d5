import { meanTokens, overTokens, part, tf, weighter, type PerToken, type View } from "@tokenwise/kit";
import { contrast, logRatioColumn } from "./contrast.ts";
import { weightOptions, type Transform } from "./options.ts";
import { paper } from "./paper.ts";
import { transformedWeights } from "./transformed-weights.ts";

/**
 * Token weights from the log-ratio r of two contrasting models, a column of the data:
 *
 *   w = k exp(±μ clamp(r, L, U)),   + for the preferred response, − for the others          [Liu et al. 2025, Eq. 19]
 *
 * @param options.transform  The above with scale k, mu, low L and high U, or a transform of the released code.
 * @param options.weighEnd   Off: end tokens weigh 0, as in the released code. On: by their own r, or 1 with its transforms.
 * @returns reward and divergence weights [B, T], constants, not normalized. Metric: `mean`, over all tokens of a response.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * @see https://arxiv.org/abs/2410.04350
 * Deviations: see the readme.
 */
export const importanceWeights = part({
  name: "importance-weights",
  paper,
  options: weightOptions,
  create: ({ transform, weighEnd, ...prompts }) =>
    weighter({
      name: "importance-weights",
      needs: { ratio: logRatioColumn },
      annotators: [contrast(prompts)],
      weigh(view) {
        const { batch, read } = view;
        const kept = weighEnd ? batch.responseMask : batch.contentMask;
        const weight: PerToken = tf.mul(weights(transform, read.ratio, view), kept);
        return { reward: weight, divergence: weight, metrics: { mean: meanTokens(weight, batch) } };
      },
    }),
});

/** [B, T]; the paper clamps before the sign, so that a rejected token weighs k exp(−μ clamp(r)). */
function weights(transform: Transform, ratio: PerToken, view: Pick<View, "batch" | "preferred" | "seed">): PerToken {
  if (transform.kind !== "exponential") return transformedWeights(transform, ratio, view);
  const { scale, mu, low, high } = transform;
  const exponent = tf.mul(overTokens(tf.sub(tf.mul(2 * mu, view.preferred), mu)), tf.clipByValue(ratio, low, high));
  return tf.mul(scale, tf.exp(exponent));
}
