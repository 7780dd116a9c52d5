import { compose, implicitReward, method } from "@tokenwise/kit";
import { batchBeta, batchBetaOptions } from "./batch-beta.ts";
import { gapFilter, gapFilterOptions } from "./gap-filter.ts";
import { paper } from "./gaps.ts";
import { sigmoidLoss } from "./sigmoid.ts";

/**
 * β-DPO: DPO with one β for every step, by how far apart its pairs are, and without some of the pairs of unusual gap; see
 * `batchBeta` and `gapFilter`.
 *
 * @param options.keep  1 leaves the filter out.
 */
export const betaDpo = method({
  name: "beta-dpo",
  paper,
  options: batchBetaOptions.extend({ keep: gapFilterOptions.shape.keep }),
  create: ({ beta, alpha, momentum, keep }) =>
    compose({
      beta: batchBeta({ beta, alpha, momentum }),
      ...(keep < 1 && { emphasis: gapFilter({ beta, momentum, keep }) }),
      scorer: implicitReward(),
      loss: sigmoidLoss(),
    }),
});
