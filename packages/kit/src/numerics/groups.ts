/** From tokens to candidates, from candidates to pairs. */
import type { PerCandidate, PerPrompt, PerToken } from "../contract/axes.ts";
import type { PreferenceBatch } from "../contract/batch.ts";
import { tf } from "../tensorflow.ts";

/** Σ_t m_t x_t per candidate, [B, T] → [P, G]; m is the response mask unless another one is given. */
export const sumTokens = (
  x: PerToken,
  { prompts, groupSize, responseMask }: PreferenceBatch,
  mask: PerToken = responseMask,
): PerCandidate => tf.reshape(tf.sum(tf.mul(x, mask), 1), [prompts, groupSize]);

/** [P, G] → [B, 1], to multiply tokens with. */
export const overTokens = (x: PerCandidate): tf.Tensor => tf.reshape(x, [-1, 1]);

/** [P] → [P, 1], to multiply candidates with. */
export const overCandidates = (x: PerPrompt): tf.Tensor => tf.reshape(x, [-1, 1]);

/** Response lengths in tokens, at least 1, [P, G]. */
export const responseLengths = (batch: PreferenceBatch): PerCandidate =>
  tf.maximum(1, sumTokens(batch.responseMask, batch));

/** The mean of x_t over the tokens of a response, [B, T] → [P, G]; booleans count as 0 and 1. */
export const meanTokens = (x: PerToken, batch: PreferenceBatch): PerCandidate =>
  tf.div(sumTokens(x, batch), responseLengths(batch));

/** Candidate `index` of every prompt, [P, G] → [P]. */
export const candidate = (x: PerCandidate, index: number): PerPrompt =>
  tf.squeeze(tf.slice(x, [0, index], [-1, 1]), [1]);

/** x_0 − x_1 of pairs, [P, 2] → [P]. */
export const margin = (x: PerCandidate): PerPrompt => tf.sub(candidate(x, 0), candidate(x, 1));

/** Values of missing candidates so low that a softmax over the group gives them 0, [P, G]. */
export const missingAway = (x: PerCandidate, exists: PerCandidate): PerCandidate =>
  tf.sub(tf.mul(x, exists), tf.mul(1e9, tf.sub(1, exists)));

/** Softmax over the candidates that exist, [P, G]. */
export const softmaxOver = (x: PerCandidate, exists: PerCandidate): PerCandidate => tf.softmax(missingAway(x, exists));
