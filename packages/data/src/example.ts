/** What readers hand to the trainer: token ids with an exact boundary between prompt and response. */

/** Where a row came from; lines count from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

export interface Candidate {
  /** Response tokens, ending with the end token(s) unless truncated. Never empty. */
  readonly ids: Int32Array;
  /** How many leading tokens are text; the template's end tokens and EOS follow. */
  readonly content: number;
}

export interface PreferenceExample {
  readonly source: Source;
  /** At least one token; shared by all candidates. */
  readonly prompt: Int32Array;
  /** A pair is [chosen, rejected]; null stands for a missing candidate of a group. */
  readonly candidates: readonly (Candidate | null)[];
  /** One number per candidate (0 for a missing one), if the row has them. */
  readonly rewards?: readonly number[];
  /** By name and candidate: one value per response token, or a single value; empty for a missing candidate. */
  readonly columns?: Readonly<Record<string, readonly Float32Array[]>>;
}

export interface CompletionExample {
  readonly source: Source;
  readonly prompt: Int32Array;
  readonly response: Candidate;
}

export interface PromptExample {
  readonly source: Source;
  readonly prompt: Int32Array;
  /** The prompt as text: as rendered by the chat template, or as it stood in the row; decoded where the row had token ids. */
  readonly text: string;
}

export interface DroppedRow {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export interface ReadReport {
  /** Rows seen; blank lines do not count. */
  readonly read: number;
  readonly kept: number;
  /** Kept rows that were shortened. */
  readonly truncated: number;
  readonly dropped: readonly DroppedRow[];
}
