import { tf, type PreferenceBatch } from "@tokenwise/kit";

/** A candidate response: token ids, and how many of them are text (all but the end token, unless stated). */
export interface Candidate {
  readonly promptLength: number;
  readonly response: readonly number[];
  readonly content?: number;
}

/** A batch of groups of candidates; undefined is a missing candidate. All groups have one size. */
export function batchOf(groups: readonly (readonly (Candidate | undefined)[])[]): PreferenceBatch {
  const rows = groups.flat();
  const width = Math.max(1, ...rows.map((row) => row?.response.length ?? 0));
  const groupSize = groups[0]?.length ?? 0;
  const perToken = (value: (row: Candidate, token: number) => number, type: "float32" | "int32" = "float32") => {
    const values = rows.map((row) => Array.from({ length: width }, (_, token) => (row ? value(row, token) : 0)));
    return tf.tensor2d(values, [rows.length, width], type);
  };
  const content = ({ response, content: text = response.length - 1 }: Candidate) => text;
  return {
    prompts: groups.length,
    groupSize,
    places: groups.map((_, prompt) => `given:${prompt + 1}`),
    candidateMask: tf.tensor2d(
      groups.map((group) => group.map((row) => (row ? 1 : 0))),
      [groups.length, groupSize],
    ),
    promptLengths: tf.tensor1d(groups.map((group) => group.find((row) => row)?.promptLength ?? 0)),
    responseIds: perToken(({ response }, token) => response[token] ?? 0, "int32"),
    responseMask: perToken(({ response }, token) => Number(token < response.length)),
    contentMask: perToken((row, token) => Number(token < content(row))),
  };
}

/** One value per response token as [B, T]; `padding` stands beyond each response. */
export function tokenTable(rows: readonly (readonly number[])[], width: number, padding: number): tf.Tensor2D {
  const values = rows.map((row) => Array.from({ length: width }, (_, token) => row[token] ?? padding));
  return tf.tensor2d(values, [rows.length, width]);
}
