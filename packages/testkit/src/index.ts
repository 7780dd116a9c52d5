export * from "./evaluate/index.ts";
export * from "./inputs/formula.ts";
export * from "./inputs/goldens.ts";
export * from "./inputs/groups.ts";
export * from "./model/tiny-folder.ts";
