export * from "./methods/column-weights.ts";
export * from "./methods/contrastive-log-ratio.ts";
export * from "./methods/tis-dpo.ts";
