export * from "./evaluate/index.ts";
export * from "./inputs/formula.ts";
export * from "./inputs/goldens.ts";
export * from "./inputs/groups.ts";
export * from "./model/tiny-folder.ts";
export { contractOf, type ContractOptions } from "./contract/cases.ts";
export { checkContract } from "./contract/check.ts";
export type {
  ContractCase,
  ContractResult,
  Declaration,
  Expected,
  GradientEntry,
  Neutral,
  Options,
  Subject,
  WorkedExample,
} from "./contract/contract-case.ts";
export { methodOf } from "./contract/trial.ts";
export { wantsOf, type Wants } from "./tables/wants.ts";
