import { compose, constantBeta, method } from "@tokenwise/kit";
import { fDivergence, options, paper } from "./f-divergence.ts";
import { betaOption, smoothingOption } from "./options.ts";
import { sigmoidLoss } from "./sigmoid.ts";

/** DPO under another divergence; see `fDivergence`. */
export const fDpo = method({
  name: "f-dpo",
  paper,
  options: options.extend({ beta: betaOption(), labelSmoothing: smoothingOption() }),
  create: ({ beta, labelSmoothing, ...score }) =>
    compose({ beta: constantBeta({ beta }), scorer: fDivergence(score), loss: sigmoidLoss({ labelSmoothing }) }),
});
