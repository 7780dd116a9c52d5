import { betaController, compose, implicitReward, logistic, margin, method, rewards, tf } from "@tokenwise/kit";
import { z } from "zod";

/** DPO whose β grows with the reward gap of the pair: β (1 + slope · |r_chosen − r_rejected|). */
export const gapDpo = method({
  name: "gap-dpo",
  options: z.object({
    beta: z.number().positive().default(0.1).describe("β of a pair without a gap"),
    slope: z.number().nonnegative().default(1).describe("how β grows with the gap; 0 gives DPO"),
  }),
  create: ({ beta, slope }) =>
    compose({
      beta: betaController({
        name: "gap-beta",
        needs: { rewards },
        requires: { group: "pair" },
        control: ({ read }) => ({ beta: tf.mul(beta, tf.add(1, tf.mul(slope, tf.abs(margin(read.rewards))))) }),
      }),
      scorer: implicitReward(),
      loss: logistic(),
    }),
});
