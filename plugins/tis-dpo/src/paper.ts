import type { Paper } from "@tokenwise/kit";

export const paper: Paper = {
  title: "TIS-DPO: Token-level Importance Sampling for Direct Preference Optimization With Estimated Weights",
  url: "https://arxiv.org/abs/2410.04350",
};
