export { default } from "./plugin.ts";
export { tiDpo } from "./ti-dpo.ts";
export { attributionWeights } from "./attribution-weights.ts";
export { triplet } from "./triplet.ts";
export type { Options } from "./options.ts";
