export { aboveCeiling, type Compared } from "./bounds/above-ceiling.ts";
export { bestOfN, type BestOfN } from "./bounds/best-of-n.ts";
export { ceilingOf, type Bound, type Ceiling, type CeilingOptions, type CeilingPoint } from "./bounds/ceiling.ts";
export { optimalPolicy, type Tilted } from "./bounds/optimal-policy.ts";
export { histogramOf, type RewardHistogram } from "./bounds/reward-histogram.ts";
export { sampleHistogram, type SampleHistogramOptions } from "./bounds/sample-histogram.ts";
export { randomWeights } from "./controls/random-weights.ts";
export { shuffledWeights } from "./controls/shuffled-weights.ts";
export { countFlops, type CountedFlops } from "./flops/count-flops.ts";
export { stepsForFlops, type MethodCost } from "./flops/steps-for-flops.ts";
export { trainCounted, type CountedRun, type TrainingFlops } from "./flops/train-counted.ts";
export { intervalOfMean, meanOf, twoSidedT, type Interval } from "./statistics/interval.ts";
export {
  measurePolicy,
  type Measured,
  type MeasuredPrompt,
  type MeasureOptions,
  type ScoredSample,
} from "./measure/measure-policy.ts";
export { cellFile, type CellError, type CellOutcome } from "./run/cell-file.ts";
export { runSweep, type Sweep, type SweepEvent, type SweepOptions } from "./run/run-sweep.ts";
export { samplePrompts, type Prompt, type Sampled, type SampleOptions } from "./measure/sample.ts";
export type { Reward } from "./measure/score.ts";
export type { SeededResult } from "./statistics/crossed-differences.ts";
export { holm } from "./statistics/holm.ts";
export { pairedDifferences, type PairedDifference, type PairedOptions } from "./statistics/paired-differences.ts";
