import type { Paper } from "@tokenwise/kit";

export const paper: Paper = {
  title: "KL Penalty Control via Perturbation for Direct Preference Optimization",
  url: "https://arxiv.org/abs/2502.13177",
};
