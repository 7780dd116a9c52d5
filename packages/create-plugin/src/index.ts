export { CreateError } from "./create-error.ts";
export { createPlugin } from "./create-plugin.ts";
export { kindNames, kinds, parseKind, type Kind } from "./kinds.ts";
export { main, type Io } from "./main.ts";
export { parsePluginName, type PluginName } from "./plugin-name.ts";
export { renderPlugin, type Layout } from "./render.ts";
