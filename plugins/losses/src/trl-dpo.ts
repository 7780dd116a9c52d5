import { constantBeta, method, supervised } from "@tokenwise/kit";
import { lengthDesensitized } from "./length-desensitized.ts";
import { objectiveOf } from "./trl-losses.ts";
import { checkTrlOptions, trlOptions } from "./trl-options.ts";
import { wpoWeight } from "./wpo.ts";

/**
 * DPO by the options of TRL's DPOTrainer, a weighted sum of its losses, under the names that it gives them. Rewards that are logged are
 * β times the log-ratio, whatever the losses.
 *
 * @throws TW_E_OPTIONS  for options that do not go together, or would change nothing.
 * @see https://huggingface.co/docs/trl/dpo_trainer
 */
export const trlDpo = method({
  name: "trl-dpo",
  options: trlOptions,
  create(options) {
    checkTrlOptions(options);
    const { losses, weights = losses.map(() => 1), beta, lengthAlpha, weighted } = options;
    const weighed = losses.map((name, index) => ({ name, weight: weights[index]! }));
    return {
      beta: constantBeta({ beta }),
      ...(lengthAlpha !== undefined && { weighter: lengthDesensitized({ alpha: lengthAlpha }) }),
      ...(weighted && { emphasis: wpoWeight() }),
      objectives: weighed.flatMap(({ name, weight }) => (name === "sft" ? [] : [objectiveOf(name, options, weight)])),
      auxiliaries: weighed.flatMap(({ name, weight }) => (name === "sft" ? [supervised({ weight })] : [])),
    };
  },
});
