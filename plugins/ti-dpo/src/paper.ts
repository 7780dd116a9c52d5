import type { Paper } from "@tokenwise/kit";

export const paper: Paper = {
  title: "Token-Importance Guided Direct Preference Optimization",
  url: "https://arxiv.org/abs/2505.19653",
};
