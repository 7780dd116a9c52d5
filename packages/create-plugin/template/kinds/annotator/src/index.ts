export { default } from "./plugin.ts";
export { partName, surprise } from "./part-name.ts";
