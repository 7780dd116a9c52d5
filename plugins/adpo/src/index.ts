export { default } from "./plugin.ts";
export { adpo } from "./adpo.ts";
export { groupTargets } from "./group-targets.ts";
export { adaptiveTemperature } from "./adaptive-temperature.ts";
export type { Options } from "./options.ts";
