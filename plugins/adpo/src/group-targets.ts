import * as kit from "@tokenwise/kit";
import { kernelRanks } from "./kernel-ranks.ts";
import { targetOptions, type Given } from "./options.ts";

/**
 * Target probabilities q of the candidates that exist, from their rewards R or from a teacher:
 *
 *   z-score  softmax((R − mean) / (std + ε) / T), std of a sample     kde      softmax(logit F(R) / T), see `kernelRanks`
 *   raw      softmax(R / T), as with R − mean                         hard     all on the largest R, equals share it
 *   first    1 − smoothing on the first candidate                     teacher  softmax(log π_ref(y) / T)
 *
 * @returns [P, G], constants; even where rewards are equal, 0 for missing candidates.
 * @throws TW_E_OPTIONS
 */
export const groupTargets = kit.part({
  name: "group-targets",
  options: targetOptions,
  create: ({ targets }) => ({ ...policyOf(targets), name: "group-targets", requires: { group: "several" } as const }),
});

function policyOf(targets: Given["targets"]): kit.TargetPolicy {
  if (targets.kind === "hard") return kit.bestTargets();
  if (targets.kind === "first") return kit.preferFirst(targets);
  if (targets.kind === "teacher") return kit.teacherTargets(targets);
  const unscaled = targets.kind === "kde" ? kernelRanks(targets) : kit.rawRewards;
  const by = targets.kind === "z-score" ? kit.zScore(targets) : unscaled;
  return kit.rewardTargets({ by, temperature: targets.temperature });
}
