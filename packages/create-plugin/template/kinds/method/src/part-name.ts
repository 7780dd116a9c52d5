import { compose, implicitReward, logistic, method } from "@tokenwise/kit";
import { betaOptions, partNameBeta } from "./part-name-beta.ts";

/**
 * DPO with a β of its own for every pair, which falls with the length of the responses; see `partNameBeta`.
 *
 * @throws TW_E_OPTIONS
 */
export const partName = method({
  name: "part-name",
  // paper: { title: "…", url: "https://arxiv.org/abs/…" },
  options: betaOptions,
  create: (options) => compose({ beta: partNameBeta(options), scorer: implicitReward(), loss: logistic() }),
});
