export { goldenModel, type GoldenModel } from "./golden-model.ts";
export {
  groupExamples,
  pairExamples,
  withCandidates,
  type Example,
  type GoldenGroups,
  type GoldenPair,
} from "./golden-examples.ts";
export { goldenSession, goldenSettings } from "./golden-session.ts";
export { follow, sumDifference, type Followed, type GoldenStep, type GoldenSums } from "./follow.ts";
export { assignWeights, blend, weightDifference, weightsOf, type Weights } from "./weights.ts";
