import { compose, implicitReward, logistic, method, preferFirst } from "@tokenwise/kit";
import { epsilonBeta } from "./epsilon-beta.ts";
import { methodOptions } from "./options.ts";
import { paper } from "./paper.ts";

/**
 * ε-DPO: DPO with a β of its own for every pair, −log σ(β̃ (ρ_chosen − ρ_rejected)); see `epsilonBeta`.
 *
 * @param options.labelSmoothing  λ, the probability that a label is wrong: −(1 − λ) log σ(β̃ h) − λ log σ(−β̃ h).
 * @throws TW_E_OPTIONS
 */
export const epsilonDpo = method({
  name: "epsilon-dpo",
  paper,
  options: methodOptions,
  create: ({ labelSmoothing, ...beta }) =>
    compose({
      beta: epsilonBeta(beta),
      scorer: implicitReward(),
      loss: logistic(),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
});
