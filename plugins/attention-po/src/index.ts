export { default } from "./plugin.ts";
export { attentionPo, twDpo } from "./methods.ts";
export { attentionWeights, columnWeights } from "./token-weights.ts";
export { judge, weightsColumn, type JudgeOptions } from "./judge.ts";
export type { Options } from "./options.ts";
