export { createRegistry, type Registered, type Registry } from "./registry.ts";
export { loadPlugin, type LoadPluginOptions } from "./load-plugin.ts";
export { resolveMethod, type ResolveOptions } from "./resolve-method.ts";
export type { CompositionSpec, MethodSpec, ObjectiveSpec, PartSpec, Use } from "./method-spec.ts";
export { complaintsOf, type Complaint, type Path } from "./complaints.ts";
