export * from "./methods/column-weights.ts";
export * from "./methods/contrastive-log-ratio.ts";
export * from "./methods/ma-po.ts";
export * from "./methods/mask-network.ts";
export * from "./methods/sparse-masks.ts";
export * from "./methods/sparse-po.ts";
export * from "./methods/tis-dpo.ts";
