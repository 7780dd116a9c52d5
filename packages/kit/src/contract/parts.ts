/**
 * The kinds of parts, each with the identity that writes it. The identity infers what the part declares, so that an
 * undeclared read does not compile, and then forgets it, so that parts of one kind have one type.
 */
import type { ReadView } from "../requests/derived.ts";
import type { Json, Needs } from "../requests/request.ts";
import type { tf } from "../tensorflow.ts";
import type { PerCandidate, PerPrompt, PerToken } from "./axes.ts";
import type { Coupled, Declared, None, Part, Report } from "./part.ts";
import type { ParameterTree } from "./parameters.ts";
import type { Samples } from "./samples.ts";
import type { Shape, View } from "./view.ts";

/** w and v: what each token's log-ratio and divergence weigh, [B, T]; meaningless outside the response mask. */
export interface TokenWeights {
  readonly reward: PerToken;
  readonly divergence: PerToken;
}

/** Weighs tokens. What it leaves out is ones. On the tape: weights from `parameters` are trained. */
export interface TokenWeighter<S extends Shape = Shape> extends Part<S> {
  weigh(view: View<S>): Partial<TokenWeights> & Report<S>;
}

/** s: one score per candidate, [P, G], on the tape. `reward` is what is logged (times β), if it differs from the score. */
export interface SequenceScorer<S extends Shape = Shape> extends Part<S> {
  score(
    view: View<S>,
    weights: TokenWeights,
  ): { readonly score: PerCandidate; readonly reward?: PerCandidate } & Report<S>;
}

/** β: a number or one per prompt, off the tape. */
export interface BetaController<S extends Shape = Shape> extends Part<S>, Coupled {
  control(view: View<S>): { readonly beta: number | PerPrompt } & Report<S>;
}

/** ω: the weight of each prompt's loss, [P], off the tape; default: ones. */
export interface PromptWeighter<S extends Shape = Shape> extends Part<S>, Coupled {
  emphasize(view: View<S>): { readonly weight: PerPrompt } & Report<S>;
}

/** Target probabilities of the candidates, off the tape; default: all on the first candidate. */
export interface TargetPolicy<S extends Shape = Shape> extends Part<S> {
  /** It spreads targets over several candidates: refused beside parts that need hard ones. */
  readonly soft?: boolean;
  targets(view: ReadView<S["needs"]>): PerCandidate;
}

/** ℓ: one loss per prompt, [P], in nats; the mean over the prompts of the step is minimized. */
export interface PreferenceLoss<S extends Shape = Shape> extends Part<S>, Coupled {
  loss(
    view: View<S>,
    input: { readonly scores: PerCandidate; readonly beta: PerPrompt },
  ): { readonly loss: PerPrompt } & Report<S>;
}

/** What a count may see: of its needs those that data alone serve. */
export type CountView<S extends Shape = Shape> = Pick<View, "batch" | "preferred"> & {
  readonly read: Partial<View<S>["read"]>;
};

/** weight · Σ sum / Σ count over the step; counts are known before any forward pass. */
export interface AuxiliaryLoss<S extends Shape = Shape> extends Part<S> {
  readonly weight: number;
  /** A scalar, on the tape. */
  sum(view: View<S>, weights: TokenWeights): tf.Tensor;
  count(view: CountView<S>): number | tf.Tensor;
}

export const weighter = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: TokenWeighter<Declared<N, M, P, T, K>>,
): TokenWeighter => part;

export const scorer = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: SequenceScorer<Declared<N, M, P, T, K>>,
): SequenceScorer => part;

export const betaController = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: BetaController<Declared<N, M, P, T, K>>,
): BetaController => part;

export const promptWeighter = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: PromptWeighter<Declared<N, M, P, T, K>>,
): PromptWeighter => part;

export const targetPolicy = <N extends Needs = None>(
  part: TargetPolicy<Declared<N, None, None, null, never>>,
): TargetPolicy => part;

export const preferenceLoss = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: PreferenceLoss<Declared<N, M, P, T, K>>,
): PreferenceLoss => part;

export const auxiliaryLoss = <
  N extends Needs = None,
  M extends Samples = None,
  P extends ParameterTree = None,
  T extends Json = null,
  K extends string = never,
>(
  part: AuxiliaryLoss<Declared<N, M, P, T, K>>,
): AuxiliaryLoss => part;
