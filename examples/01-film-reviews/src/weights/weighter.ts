import type { AnnotatedShare, LanguageModel } from "@tokenwise/core";
import type { Pair } from "../demo/pairs.ts";
import type { Effort } from "./cost.ts";
import type { ByToken } from "./token-weights.ts";
import type { TrainedModels } from "./trained-models.ts";

export interface Materials {
  readonly reference: LanguageModel;
  /** Held-out pairs whose tokens are measured. */
  readonly pairs: readonly Pair[];
  /** Held-out pairs that a judge is tried on, one of each prompt. */
  readonly judged: readonly Pair[];
  /** Pairs that models and classifiers are trained on. */
  readonly training: readonly Pair[];
  readonly trained: TrainedModels;
  readonly seed: number;
}

/** What a weighter makes of the tokens. */
export interface Weighed {
  readonly weights: ByToken;
  /** What speaks for the label, if that is another number than the weight. */
  readonly signed?: ByToken;
  /** How often a judge is right. */
  readonly accuracy?: AnnotatedShare;
}

export interface Weighter {
  readonly name: string;
  /** `yardstick`: what costs next to nothing; `control`: what cannot know, or what knows all. */
  readonly kind: "method" | "yardstick" | "control";
  /** Whether it reads the labels that its method is trained on; none needs more, but the oracle. */
  readonly labels: "none" | "the method's";
  /** Models beside policy and reference. */
  readonly models: number;
  /** None: it comes with the passes that training makes anyway. */
  readonly effort?: Effort;
  readonly weigh: (materials: Materials) => Promise<Weighed>;
}
