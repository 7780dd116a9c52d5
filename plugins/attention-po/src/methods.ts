import {
  compose,
  constantBeta,
  implicitReward,
  logistic,
  method,
  preferFirst,
  type TokenWeighter,
} from "@tokenwise/kit";
import { attentionPoOptions, twDpoOptions } from "./options.ts";
import { paper } from "./paper.ts";
import { attentionWeights, columnWeights } from "./token-weights.ts";

/** s = Σ_t a_t ρ_t,   ℓ = −(1 − λ) log σ(β (s_chosen − s_rejected)) − λ log σ(β (s_rejected − s_chosen)) */
const weighed = (weighter: TokenWeighter, beta: number, smoothing: number) =>
  compose({
    weighter,
    beta: constantBeta({ beta }),
    scorer: implicitReward(),
    loss: logistic(),
    targets: preferFirst({ smoothing }),
  });

/** TwDPO: DPO with a constant weight a_t for every token, from any column of the data. Logged rewards are β Σ a ρ. */
export const twDpo = method({
  name: "tw-dpo",
  paper,
  options: twDpoOptions,
  create: ({ beta, labelSmoothing, column }) => weighed(columnWeights({ column }), beta, labelSmoothing),
});

/** AttentionPO: TwDPO with the weights of `attentionWeights`. */
export const attentionPo = method({
  name: "attention-po",
  paper,
  options: attentionPoOptions,
  create: ({ beta, labelSmoothing, ...judge }) => weighed(attentionWeights(judge), beta, labelSmoothing),
});
