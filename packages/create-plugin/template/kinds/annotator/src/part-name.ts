import { column, part, tf, tokenLogProb, weighter, type Annotator, type PerToken, type Request } from "@tokenwise/kit";
import { z } from "zod";

const name = "part-name.surprise";

/** u_t = −log π_judge(y_t), [B, T], in nats, of every response token. */
export const surprise: Request<PerToken> = column(name);

/** Computes the column once, before training, with a model of its own: the role "judge". */
const annotator: Annotator = {
  name: "part-name.judge",
  columns: [name],
  models: ["judge"],
  fingerprint: { version: 1 }, // and every option that changes the values
  async annotate({ prompt, responses }, { run }) {
    const values = responses.map(async ({ ids: response }) => {
      const { logProb } = await run({ prompt, response }, { logProb: tokenLogProb("judge") });
      return logProb.map((value) => -value);
    });
    return { columns: { [name]: await Promise.all(values) } };
  },
};

/**
 * Token weights that fall with what a judge thinks of the token:
 *
 *   w_t = exp(−sharpness · u_t),   u_t = −log π_judge(y_t)
 *
 * @param options.sharpness  Not negative; 0 weighs all tokens the same, as DPO does.
 * @returns reward and divergence weights [B, T], constants, positive.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * @throws TW_E_NO_COLUMN  before the first step, if the data have not been annotated.
 */
export const partName = part({
  name: "part-name",
  options: z.object({
    sharpness: z.number().nonnegative().default(0.5).describe("how fast the weight falls with the judge's surprise"),
  }),
  create: ({ sharpness }) =>
    weighter({
      name: "part-name",
      needs: { surprise },
      annotators: [annotator],
      weigh({ read }) {
        const weight: PerToken = tf.exp(tf.mul(-sharpness, read.surprise));
        return { reward: weight, divergence: weight };
      },
    }),
});
