export { default } from "./plugin.ts";
export { tisDpo } from "./tis-dpo.ts";
export { importanceWeights } from "./importance-weights.ts";
export { contrast, logRatioColumn, type ContrastOptions } from "./contrast.ts";
export type { Options, Transform } from "./options.ts";
