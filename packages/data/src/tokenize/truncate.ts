/** Making examples fit, without ever leaving an empty prompt or response. */
import type { Candidate } from "../example.ts";

export interface Limits {
  /** Longest prompt and response together, in tokens, ≥ 2. */
  readonly maxLength?: number | undefined;
  /** Longest prompt, in tokens, ≥ 1. */
  readonly maxPromptLength?: number | undefined;
  /** Which end of a prompt stays. Default: "keep-end". */
  readonly truncation?: "keep-start" | "keep-end" | undefined;
}

export interface Fitted<C extends Candidate | null> {
  readonly prompt: Int32Array;
  readonly candidates: readonly C[];
  readonly truncated: boolean;
}

const longest = (candidates: readonly (Candidate | null)[]) =>
  candidates.reduce((length, candidate) => Math.max(length, candidate?.ids.length ?? 0), 0);

const shorten = (candidate: Candidate, length: number): Candidate =>
  candidate.ids.length <= length
    ? candidate
    : { ids: candidate.ids.slice(0, length), content: Math.min(candidate.content, length) };

/**
 * First the prompt gives way: to `maxPromptLength`, then to what the longest response leaves of `maxLength`, but never below half
 * of it; then responses end where the prompt's share ends. All candidates keep the same prompt, and each at least one token.
 */
export function truncate<C extends Candidate | null>(
  prompt: Int32Array,
  candidates: readonly C[],
  { maxLength = Infinity, maxPromptLength = Infinity, truncation = "keep-end" }: Limits,
): Fitted<C> {
  const share = Math.max(maxLength - longest(candidates), Math.floor(maxLength / 2));
  const kept = Math.min(prompt.length, maxPromptLength, share);
  const room = maxLength - kept;
  const fits = kept === prompt.length && longest(candidates) <= room;
  if (fits) return { prompt, candidates, truncated: false };
  return {
    prompt: truncation === "keep-end" ? prompt.slice(prompt.length - kept) : prompt.slice(0, kept),
    candidates: candidates.map((candidate) => (candidate === null ? candidate : (shorten(candidate, room) as C))),
    truncated: true,
  };
}
