import * as kit from "@tokenwise/kit";
import { adaptiveTemperature } from "./adaptive-temperature.ts";
import { clipped } from "./clipped.ts";
import { groupTargets } from "./group-targets.ts";
import { methodOptions, type Given } from "./options.ts";

/**
 * ADPO: log-ratios to an anchor, as probabilities of a group's candidates, follow target probabilities q.
 *
 *   u_i = (s_i − s_i^anchor) / τ       L = mean over prompts of −Σ_i q_i log softmax(u)_i         [Wang 2025]
 *
 * s: log-probability of a response. The optimum on the candidates is π ∝ π_anchor · q^τ.
 *
 * @throws TW_E_OPTIONS
 * Deviations: see the readme.
 */
export const adpo = kit.method({
  name: "adpo",
  paper: { title: "ADPO: Anchored Direct Preference Optimization", url: "https://arxiv.org/abs/2510.18913" },
  options: methodOptions,
  create({ targets, tau, adaptive, length, loss, clipScore, clipLogit, anchor, anchorKl, dropFailed }) {
    const rewards = targets.kind !== "first" && targets.kind !== "teacher";
    const among = dropFailed ? kit.succeeded : undefined;
    return {
      ...kit.compose({
        targets: groupTargets({ targets }),
        beta: adaptive ? adaptiveTemperature({ tau, rewards, ...adaptive }) : kit.constantBeta({ beta: 1 / tau }),
        scorer: anchor.kind === "uniform" ? kit.logLikelihood({ length }) : kit.implicitReward({ length }),
        loss: clipped(loss.kind === "softmax" ? kit.listwise() : ranking(loss, targets), clipScore, clipLogit),
      }),
      ...anchorOf(anchor),
      ...(anchorKl > 0 && { auxiliaries: [kit.tokenDivergence({ weight: anchorKl, among })] }),
      ...(dropFailed && { emphasis: kit.withoutFailed() }),
    };
  },
});

/** By what the targets are made from: far below the best they are equal in 32 bits. The first alone does not rank the others. */
function ranking(options: kit.PlackettLuceOptions, { kind }: Given["targets"]): kit.PreferenceLoss {
  if (kind !== "first") return kit.plackettLuce({ ...options, by: kind === "teacher" ? "reference" : "rewards" });
  return { ...kit.plackettLuce(options), ...(options.places !== 1 && { requires: { group: "pair" } }) };
}

function anchorOf(anchor: Given["anchor"]): Pick<kit.Method, "anchor"> {
  if (anchor.kind === "average") return { anchor: kit.movingAverage(anchor) };
  if (anchor.kind === "copy") return { anchor: kit.copyEvery(anchor) };
  if (anchor.kind === "drift") return { anchor: kit.copyOnDrift(anchor) };
  return anchor.kind === "sampled" ? { anchor: "sampled" } : {};
}
