import {
  betaController,
  compose,
  implicitReward,
  logistic,
  logRatio,
  margin,
  method,
  part,
  plugin,
  sequenceSum,
  tf,
} from "../src/index.ts";
import { z } from "zod";

const options = z.object({
  beta: z.number().positive().default(0.1).describe("β of a pair whose gap is the running mean"),
  keep: z.number().min(0).max(1).default(0.9).describe("share of the running mean that stays in a step"),
});

/** β grows with the gap between the log-ratios of a pair, relative to its running mean over the steps. */
export const relativeBeta = part({
  name: "relative-beta",
  options,
  create: ({ beta, keep }) =>
    betaController({
      name: "relative-beta",
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

export const relativeDpo = method({
  name: "relative-dpo",
  options,
  create: (chosen) => compose({ beta: relativeBeta(chosen), scorer: implicitReward(), loss: logistic() }),
});

export default plugin({
  name: "tokenwise-plugin-relative-dpo",
  version: "0.1.0",
  spec: 1,
  provides: [relativeDpo, relativeBeta],
});
