import type { Paper } from "@tokenwise/kit";

export const paper: Paper = { title: "AttentionPO", url: "https://arxiv.org/abs/2605.21883" };
