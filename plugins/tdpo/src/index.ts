export { default } from "./plugin.ts";
export { tdpo } from "./tdpo.ts";
export { tdpoScore } from "./tdpo-score.ts";
export type { Options } from "./options.ts";
