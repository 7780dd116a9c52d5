import { logRatio, logSigmoid, part, responseLengths, scorer, sumTokens, tf, TokenwiseError } from "@tokenwise/kit";
import type { Paper, PerCandidate } from "@tokenwise/kit";
import { z } from "zod";

export const paper: Paper = {
  title: "Beyond Reverse KL: Generalizing Direct Preference Optimization with Diverse Divergence Constraints",
  url: "https://arxiv.org/abs/2309.16240",
};
export const divergences = ["forward-kl", "jensen-shannon", "alpha", "reverse-kl"] as const;
export const options = z.object({
  divergence: z.enum(divergences).default("forward-kl").describe("what holds the policy to the reference"),
  alpha: z.number().optional().describe("α of the α-divergence; default: 0.5"),
  length: z.enum(["sum", "mean"]).default("sum").describe("mean divides scores by the response length in tokens"),
});

/** exp(x), finite and of no slope from x = 40 on: squares of it are finite too. */
const boundedExp = (x: PerCandidate): PerCandidate => tf.exp(tf.minimum(x, 40));

function slopeOf({ divergence, alpha }: z.output<typeof options>): (logU: PerCandidate) => PerCandidate {
  if (alpha !== undefined && divergence !== "alpha")
    throw new TokenwiseError("TW_E_OPTIONS", `alpha ${alpha} beside divergence "${divergence}", which has none`, {
      hint: 'leave alpha out, or use divergence "alpha"',
    });
  const power = (alpha ?? 0.5) - 1;
  if (divergence === "forward-kl") return (logU) => tf.neg(boundedExp(tf.neg(logU)));
  if (divergence === "jensen-shannon") return logSigmoid;
  if (divergence === "reverse-kl" || Math.abs(power) < 1e-6) return (logU) => logU;
  return (logU) => tf.div(boundedExp(tf.mul(power, logU)), power);
}

/**
 * The score by the divergence that holds the policy: f'(u) without its constant, u = π/π_ref of the response, log u = Σ_t w_t ρ_t.
 *
 *   reverse KL: log u     forward KL: −1/u     Jensen–Shannon: log(u/(1 + u))     α: u^(α−1)/(α − 1), at α = 1 log u
 *                                                                                                   [Wang et al. 2024]
 *
 * @returns s [P, G], dimensionless; logged is log u in nats, as of DPO.
 * @throws TW_E_OPTIONS  for α beside another divergence.
 * @see https://arxiv.org/abs/2309.16240
 */
export const fDivergence = part({
  name: "f-divergence",
  paper,
  options,
  create(given) {
    const slope = slopeOf(given);
    return scorer({
      name: "f-divergence",
      needs: { ratio: logRatio },
      score({ batch, read }, { reward }) {
        const logU = sumTokens(tf.mul(reward, read.ratio), batch);
        const scale = given.length === "mean" ? responseLengths(batch) : tf.scalar(1);
        return { score: tf.div(slope(logU), scale), reward: logU };
      },
    });
  },
});
