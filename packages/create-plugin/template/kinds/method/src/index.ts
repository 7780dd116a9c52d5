export { default } from "./plugin.ts";
export { partName } from "./part-name.ts";
export { partNameBeta } from "./part-name-beta.ts";
