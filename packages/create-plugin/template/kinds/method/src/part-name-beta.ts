import { betaController, part, responseLengths, tf } from "@tokenwise/kit";
import { z } from "zod";

export const betaOptions = z.object({
  beta: z.number().positive().default(0.1).describe("β of a prompt whose responses have `length` tokens on average"),
  length: z.number().positive().default(20).describe("the mean length, in tokens, at which β is `beta`"),
});

/**
 * A prompt with long responses gets a smaller β:
 *
 *   β_p = β · length / mean length of the responses
 *
 * @param options.beta    β of a prompt whose responses have `length` tokens on average.
 * @param options.length  In tokens.
 * @returns β [P], a constant. Metric: `beta`.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partNameBeta = part({
  name: "part-name-beta",
  options: betaOptions,
  create: ({ beta, length }) =>
    betaController({
      name: "part-name-beta",
      control({ batch }) {
        const lengths = tf.mul(responseLengths(batch), batch.candidateMask); // [P, G]
        const mean = tf.div(tf.sum(lengths, 1), tf.sum(batch.candidateMask, 1)); // [P]
        const own = tf.div(beta * length, mean);
        return { beta: own, metrics: { beta: own } };
      },
    }),
});
