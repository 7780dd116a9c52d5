export { default } from "./plugin.ts";
export { epsilonDpo } from "./epsilon-dpo.ts";
export { epsilonBeta } from "./epsilon-beta.ts";
export type { Options } from "./options.ts";
