import type { PerCandidate, PerPrompt, PerToken } from "./axes.ts";

/**
 * A micro-batch of preference groups as parts see it: response tokens only, right-padded. How the tokens lie in the
 * model's packed stream is the trainer's business.
 */
export interface PreferenceBatch {
  /** P */
  readonly prompts: number;
  /** G; 2 for a pair, 1 for supervised rows. */
  readonly groupSize: number;
  /** Where each prompt comes from, `file:line`: for messages. */
  readonly places: readonly string[];
  /** 1 where a candidate exists, 0 where it is missing. */
  readonly candidateMask: PerCandidate;
  /** Prompt lengths in tokens. */
  readonly promptLengths: PerPrompt;
  /** Token ids (int32), 0 beyond the response. */
  readonly responseIds: PerToken;
  /** 1 on response tokens, end tokens included. */
  readonly responseMask: PerToken;
  /** 1 on response tokens that are text: no template end tokens, no EOS. */
  readonly contentMask: PerToken;
}
