/** Rows of golden files as the examples that a session trains on. */
import type { Session } from "@tokenwise/core";

export type Example = Parameters<Session["train"]>[0][number];

export interface GoldenPair {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

export interface GoldenGroups {
  readonly groupSize: number;
  readonly rows: readonly { readonly promptIds: readonly number[]; readonly response: readonly number[] }[];
  readonly rewards: readonly (readonly number[])[];
}

/** The last response token is the end token, which is not text. */
const candidate = (response: readonly number[]) => ({ ids: Int32Array.from(response), content: response.length - 1 });

/** Rows 0…N−1 are the chosen responses of N pairs, N…2N−1 the rejected ones; so are the rows of a column. */
export function pairExamples(
  rows: readonly GoldenPair[],
  columns: Readonly<Record<string, readonly (readonly number[])[]>> = {},
): Example[] {
  const pairs = rows.length / 2;
  return Array.from({ length: pairs }, (_, pair): Example => {
    const sides = [pair, pair + pairs] as const;
    return {
      source: { file: "golden", line: pair + 1 },
      prompt: Int32Array.from(rows[pair]!.prompt),
      candidates: sides.map((row) => candidate(rows[row]!.response)),
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [name, sides.map((row) => Float32Array.from(values[row]!))]),
      ),
    };
  });
}

export const groupExamples = ({ groupSize, rows, rewards }: GoldenGroups): Example[] =>
  rewards.map((values, group): Example => {
    const candidates = rows.slice(groupSize * group, groupSize * (group + 1));
    return {
      source: { file: "golden", line: group + 1 },
      prompt: Int32Array.from(candidates[0]!.promptIds),
      candidates: candidates.map(({ response }) => candidate(response)),
      rewards: [...values],
    };
  });

/** The example with these candidates alone: `null` in the places of others, or shorter. */
export function withCandidates(example: Example, kept: readonly (number | null)[]): Example {
  const { rewards } = example;
  return {
    ...example,
    candidates: kept.map((index) => (index === null ? null : example.candidates[index]!)),
    ...(rewards && { rewards: kept.map((index) => (index === null ? 0 : rewards[index]!)) }),
  };
}
