export { evaluate, type Evaluation } from "./evaluate.ts";
export { policyOutput, type Given } from "./given.ts";
export type { Gradients } from "./gradients.ts";
export type { Moment } from "./moment.ts";
export { reader, type Reader } from "./read.ts";
export * from "../inputs/formula.ts";
export * from "../inputs/groups.ts";
export * from "../inputs/goldens.ts";
