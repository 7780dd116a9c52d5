import { method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "SLiC-HF: Sequence Likelihood Calibration with Human Feedback",
  url: "https://arxiv.org/abs/2305.10425",
};

/**
 * The calibration loss of SLiC on DPO's rewards: nothing is lost once the rewards are 1 apart.
 *
 *   ℓ = max(0, 1 − h),   h = r_w − r_l, r = β s                    [Zhao et al. 2023; on DPO's rewards: Liu et al. 2024, RSO]
 *
 * @see https://arxiv.org/abs/2305.10425
 */
export const hingeLoss = part({
  name: "hinge-loss",
  paper,
  options: z.object({}),
  create: () => pairLoss("hinge-loss", ({ gap }) => tf.relu(tf.sub(1, gap))),
});

/** DPO with the hinge loss; see `hingeLoss`. */
export const hinge = method({
  name: "hinge",
  paper,
  options: z.object({ beta: betaOption() }),
  create: ({ beta }) => ofRewards(beta, hingeLoss()),
});
