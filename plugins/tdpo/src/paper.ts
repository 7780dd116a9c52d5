import type { Paper } from "@tokenwise/kit";

export const paper: Paper = {
  title: "Token-level Direct Preference Optimization",
  url: "https://arxiv.org/abs/2404.11999",
};
