export { default } from "./plugin.ts";
export { activationMasks, maPo } from "./ma-po.ts";
export { maskedTdpo, maskNorm, sparsePo } from "./sparse-po.ts";
export { sparseMasks } from "./sparse-masks.ts";
export { maskNetwork, maskOf } from "./mask-network.ts";
