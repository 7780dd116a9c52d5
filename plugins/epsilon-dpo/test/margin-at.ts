import { reader } from "@tokenwise/testkit";
import { margin, sequenceSum, type PerCandidate } from "@tokenwise/kit";
import { tilted } from "../src/tilted.ts";
import { givenPairs, type Pair } from "./pairs.ts";

/** z of every pair, under the policy moved by `tilt` away from the reference. */
export const marginAt = (tilt: number, pairs: readonly Pair[]): number[] => [
  ...margin(reader(givenPairs(pairs))(sequenceSum(tilted({ tilt }))) as PerCandidate).dataSync(),
];
