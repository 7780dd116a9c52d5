export { default } from "./plugin.ts";
export { partName } from "./part-name.ts";
