/** A line of the benchmark's table. */

/** `at least` or `at most` a bound. */
export interface Bar {
  readonly least?: number;
  readonly most?: number;
}

export type Row =
  | {
      readonly name: string;
      readonly value: number;
      readonly unit: string;
      readonly bar?: Bar;
      readonly detail?: string;
    }
  | { readonly name: string; readonly reason: string };

/** Whether a value keeps to its bar. */
export const holds = (value: number, { least = -Infinity, most = Infinity }: Bar): boolean =>
  value >= least && value <= most;

const rounded = (value: number): string => Number(value.toPrecision(3)).toString();

const barText = ({ least, most }: Bar): string => (least === undefined ? `≤ ${most}` : `≥ ${least}`);

/** `name  value unit  bar  holds|short`, or why it was not measured. */
export function describe(row: Row): string {
  const name = row.name.padEnd(58);
  if ("reason" in row) return `${name} not measured: ${row.reason}`;
  const { value, unit, bar, detail = "" } = row;
  const verdict = bar === undefined ? "" : holds(value, bar) ? "holds" : "short";
  return `${name} ${`${rounded(value)} ${unit}`.padEnd(18)} ${(bar ? barText(bar) : "").padEnd(8)} ${verdict.padEnd(6)} ${detail}`.trimEnd();
}

export const isShort = (row: Row): boolean => "value" in row && row.bar !== undefined && !holds(row.value, row.bar);
