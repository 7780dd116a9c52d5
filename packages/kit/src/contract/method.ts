import type { AnchorPolicy } from "./anchor.ts";
import type { Json } from "../requests/request.ts";
import type { GroupSource } from "./group-source.ts";
import type {
  AuxiliaryLoss,
  BetaController,
  PreferenceLoss,
  PromptWeighter,
  SequenceScorer,
  TargetPolicy,
  TokenWeighter,
} from "./parts.ts";

/** One term of the loss: scores, and what is lost by them. */
export interface Objective {
  readonly scorer: SequenceScorer;
  readonly loss: PreferenceLoss;
  /** Default 1. */
  readonly weight?: number;
}

/**
 * A method of preference optimization, as a value:
 *
 *   s_i = Σ_t m_t [ w_t ρ_t + α v_t κ_t ]      L = mean_p ω_p ℓ(β_p s_p ; targets_p) + auxiliary losses
 *
 * with the token weights w, v (`weighter`), the scores s (`scorer`), β (`beta`), ω (`emphasis`) and ℓ (`loss`).
 */
export interface Method {
  /** The factory and the options that made it, if a factory did. */
  readonly origin?: { readonly use: string; readonly options: Json };
  readonly weighter?: TokenWeighter;
  readonly beta: BetaController;
  readonly emphasis?: PromptWeighter;
  readonly targets?: TargetPolicy;
  /** A weighted sum; often one. Empty for a method of auxiliary losses alone, such as supervised training. */
  readonly objectives: readonly Objective[];
  readonly auxiliaries?: readonly AuxiliaryLoss[];
  /** "sampled": the log-probs that the source recorded when it sampled. */
  readonly anchor?: AnchorPolicy | "sampled";
  readonly source?: GroupSource;
}

/** Any parts as a method with one objective. */
export const compose = ({ scorer, loss, ...rest }: Omit<Method, "objectives"> & Omit<Objective, "weight">): Method => ({
  ...rest,
  objectives: [{ scorer, loss }],
});
