export { createRegistry, type Registered, type Registry } from "./registry.ts";
export { loadPlugin, locatePlugin, type LoadPluginOptions } from "./load-plugin.ts";
export { checkPlugin, kitName } from "./check-plugin.ts";
export { installedPlugins, packageFolder, readManifest, upwards, type InstalledPlugin } from "./installed-plugins.ts";
export { roleOf } from "./role-of.ts";
export { together } from "./together.ts";
export { resolveMethod, type ResolveOptions } from "./resolve-method.ts";
export type { CompositionSpec, MethodSpec, ObjectiveSpec, PartSpec, Use } from "./method-spec.ts";
export { describeOptions, optionsTable, type OptionRow } from "./describe-options.ts";
