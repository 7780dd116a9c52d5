export { evaluate, lossOf, type Evaluation } from "./evaluate.ts";
export { policyOutput, type Given } from "./given.ts";
export type { Gradients } from "./gradients.ts";
export type { Moment, Probe, ViewMember } from "./moment.ts";
export { reader, type Reader } from "./read.ts";
export { partsOf } from "./parts.ts";
