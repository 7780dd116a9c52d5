export { aboveCeiling, type Compared } from "./bounds/above-ceiling.ts";
export { bestOfN, type BestOfN } from "./bounds/best-of-n.ts";
export { ceilingOf, type Bound, type Ceiling, type CeilingOptions, type CeilingPoint } from "./bounds/ceiling.ts";
export { optimalPolicy, type Tilted } from "./bounds/optimal-policy.ts";
export { histogramOf, type RewardHistogram } from "./bounds/reward-histogram.ts";
export { intervalOfMean, meanOf, twoSidedT, type Interval } from "./statistics/interval.ts";
