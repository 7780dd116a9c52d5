/** Log-probabilities of a fixed reference, computed once and kept outside the backend's memory. */
import type { PreferenceExample } from "@tokenwise/data";
import { tf, type PerToken } from "@tokenwise/kit";

export interface ReferenceLogProbs {
  /** log π_ref per response token of these examples, right-padded with 0 to `width`: [B, T]. */
  tensor(examples: readonly PreferenceExample[], width: number): PerToken;
}
