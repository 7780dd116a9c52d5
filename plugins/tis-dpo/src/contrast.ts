import { column, tokenLogProb, TokenwiseError, type Annotator, type PerToken, type Request } from "@tokenwise/kit";

/** What each of the two models sees before the prompt; empty: nothing. */
export interface ContrastOptions {
  readonly positivePrompt: string;
  readonly negativePrompt: string;
}

const name = "tis-dpo.log-ratio";

/** r = log π⁺(y_t) − log π⁻(y_t), [B, T], in nats, of every response token, end tokens included. */
export const logRatioColumn: Request<PerToken> = column(name);

/**
 * Computes r before training, with a desirable model π⁺ and an undesirable one π⁻: one model after two instructions
 * (TIS-DPO(P)), or two models, such as one trained on chosen and one on rejected responses (TIS-DPO(S)), or by DPO and by
 * DPO with exchanged labels (TIS-DPO(D)).
 *
 * @throws TW_E_NO_CONTRAST  when annotating, if both roles have the same model and the same instruction.
 */
export const contrast = ({ positivePrompt, negativePrompt }: ContrastOptions): Annotator => ({
  name: "tis-dpo.contrast",
  columns: [name],
  models: ["positive", "negative"],
  fingerprint: { version: 1, positivePrompt, negativePrompt },
  async annotate({ prompt, responses }, { digest, prepend, run }) {
    if (positivePrompt === negativePrompt && digest("positive") === digest("negative"))
      throw new TokenwiseError("TW_E_NO_CONTRAST", "both roles have the same model and the same text", {
        hint: "give two models, or different texts as positivePrompt and negativePrompt",
      });
    const [plus, minus] = [prepend("positive", positivePrompt, prompt), prepend("negative", negativePrompt, prompt)];
    const ratios = responses.map(async ({ ids: response }) => {
      const [positive, negative] = await Promise.all([
        run({ prompt: plus, response }, { logProb: tokenLogProb("positive") }),
        run({ prompt: minus, response }, { logProb: tokenLogProb("negative") }),
      ]);
      return positive.logProb.map((value, token) => value - negative.logProb[token]!);
    });
    return { columns: { [name]: await Promise.all(ratios) } };
  },
});
