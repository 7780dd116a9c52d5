/** A method that samples: DPO, and a loss over responses of the policy's own. */
import {
  auxiliaryLoss,
  dpo,
  logRatio,
  sumTokens,
  tf,
  type AuxiliaryLoss,
  type Method,
  type SampleSpec,
} from "@tokenwise/kit";

export const drawn: SampleSpec = { maxNewTokens: 6, temperature: 1 };

/** −Σ ρ of a response of the policy's own, by prompt. */
const stay = (spec: Partial<SampleSpec> = {}): AuxiliaryLoss =>
  auxiliaryLoss({
    name: "stay",
    weight: 0.5,
    samples: { own: { generate: { ...drawn, ...spec }, needs: { ratio: logRatio } } },
    sum: ({ sample: { own } }) => tf.neg(tf.sum(sumTokens(own.read.ratio, own.batch))),
    count: ({ batch }) => batch.prompts,
  });
export const staying = (spec: Partial<SampleSpec> = {}): Method => ({
  ...dpo({ beta: 0.3 }),
  auxiliaries: [stay(spec)],
});
