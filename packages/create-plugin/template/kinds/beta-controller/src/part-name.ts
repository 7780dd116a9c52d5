import { betaController, logRatio, margin, part, sequenceSum, tf } from "@tokenwise/kit";
import { z } from "zod";

/**
 * β grows with the gap between the log-ratios of a pair, relative to the running mean of the gaps:
 *
 *   β_p = β exp(clamp(gap_p − mean, −1, 1)),   gap = Σ ρ_chosen − Σ ρ_rejected
 *   mean ← keep · mean + (1 − keep) · mean of the step's gaps
 *
 * @param options.beta  β of a pair whose gap is the running mean.
 * @param options.keep  In [0, 1): share of the running mean that a step leaves.
 * @returns β [P], a constant. Signal and metric: `gap`, in nats. State: the running mean.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partName = part({
  name: "part-name",
  options: z.object({
    beta: z.number().positive().default(0.1).describe("β of a pair whose gap is the running mean"),
    keep: z.number().min(0).lt(1).default(0.9).describe("share of the running mean that a step leaves"),
  }),
  create: ({ beta, keep }) =>
    betaController({
      name: "part-name",
      requires: { group: "pair" },
      needs: { ratio: sequenceSum(logRatio) },
      state: {
        signals: ["gap"],
        init: () => ({ mean: 0 }),
        update: ({ mean }, { signal }) => ({ mean: keep * mean + (1 - keep) * signal.gap.mean }),
      },
      control({ read, state: { mean } }) {
        const gap = margin(read.ratio); // [P], in nats
        const scale = tf.exp(tf.clipByValue(tf.sub(gap, mean), -1, 1));
        return { beta: tf.mul(beta, scale), signal: { gap }, metrics: { gap } };
      },
    }),
});
