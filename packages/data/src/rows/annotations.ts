/** Numbers beside the responses: a reward each, and columns of values per token. */
import { TokenwiseError } from "@tokenwise/kit";
import { shown } from "../bad-row.ts";
import type { Candidate } from "../example.ts";
import type { Row } from "../read/parse-row.ts";
import { valueOf } from "./field.ts";

export interface AnnotationColumns {
  /** Column of one number per candidate. Default: "rewards". */
  readonly rewards?: string | undefined;
  /** Column of the chosen's reward. Default: "chosen_reward". */
  readonly chosenReward?: string | undefined;
  /** Column of the rejected's reward. Default: "rejected_reward". */
  readonly rejectedReward?: string | undefined;
  /** By name, as a method asks for it: the row's column with an entry per candidate, or two columns, of the chosen and the rejected. */
  readonly values?: Readonly<Record<string, string | readonly [chosen: string, rejected: string]>> | undefined;
}

type Candidates = readonly (Candidate | null)[];

const present = (row: Row, column: string): unknown => valueOf(row, column) ?? undefined;

const noColumn = (column: string) => new TokenwiseError("TW_E_ROW_FIELD", `no "${column}", which \`columns\` names`);

function finite(what: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(Math.fround(value))) return value;
  throw new TokenwiseError("TW_E_ROW_TYPE", `${what} is ${shown(value)}, where a finite number should stand`);
}

/** One entry per candidate from one column or two. */
function entries(row: Row, columns: string | readonly string[], candidates: Candidates): readonly unknown[] {
  const missing = [columns].flat().find((column) => present(row, column) === undefined);
  if (missing !== undefined) throw noColumn(missing);
  const value = typeof columns === "string" ? present(row, columns) : columns.map((column) => present(row, column));
  if (Array.isArray(value) && value.length === candidates.length) return value;
  const size = Array.isArray(value) ? value.length : shown(value);
  throw new TokenwiseError(
    "TW_E_ROW_TYPE",
    `${JSON.stringify(columns)} has ${size} entries for ${candidates.length} candidates`,
  );
}

/** Undefined where the row has no rewards. @throws TW_E_ROW_TYPE, TW_E_ROW_FIELD */
export function readRewards(
  row: Row,
  columns: AnnotationColumns,
  candidates: Candidates,
): readonly number[] | undefined {
  const list = columns.rewards ?? "rewards";
  const pair = [columns.chosenReward ?? "chosen_reward", columns.rejectedReward ?? "rejected_reward"];
  const mapped = {
    list: columns.rewards !== undefined,
    pair: (columns.chosenReward ?? columns.rejectedReward) !== undefined,
  };
  const hasList = mapped.list || (!mapped.pair && present(row, list) !== undefined);
  const hasPair = mapped.pair || (candidates.length === 2 && pair.some((column) => present(row, column) !== undefined));
  if (!hasList && !hasPair) return undefined;
  const given = hasList ? entries(row, list, candidates) : entries(row, pair, candidates);
  return given.map((value, index) => (candidates[index] === null ? 0 : finite(`reward ${index}`, value)));
}

function perToken(what: string, value: unknown, candidate: Candidate | null): Float32Array {
  if (candidate === null) return new Float32Array(0);
  const values = Array.isArray(value) ? value : [value];
  const { ids, content } = candidate;
  if (![1, content, ids.length].includes(values.length)) {
    const wanted = `1, ${content} (its text) or ${ids.length} (its text and end tokens)`;
    throw new TokenwiseError(
      "TW_E_COLUMN_LENGTH",
      `${what} has ${values.length} values for a response of ${ids.length} tokens: not ${wanted}`,
    );
  }
  return Float32Array.from(values, (entry: unknown) => finite(what, entry));
}

/** Values of the mapped columns, before truncation. @throws TW_E_ROW_FIELD, TW_E_ROW_TYPE, TW_E_COLUMN_LENGTH */
export function readValues(
  row: Row,
  { values = {} }: AnnotationColumns,
  candidates: Candidates,
): Readonly<Record<string, readonly Float32Array[]>> | undefined {
  const names = Object.entries(values);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.map(([name, columns]) => {
      const given = entries(row, columns, candidates);
      return [
        name,
        candidates.map((candidate, index) => perToken(`"${name}" of response ${index}`, given[index], candidate)),
      ];
    }),
  );
}
