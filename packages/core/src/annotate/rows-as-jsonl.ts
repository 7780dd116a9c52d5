/** A line for each row: `{ key, line, columns: { name: [[…], …] }, shares: { name: … } }`. */
import type { AnnotatedRow, RowFormat } from "./annotated-rows.ts";

interface Line extends Omit<AnnotatedRow, "columns"> {
  readonly key: string;
  readonly columns: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** Nine digits tell every 32-bit number from its neighbours. */
const numbersOf = (values: Float32Array): readonly number[] =>
  Array.from(values, (value) => Number(value.toPrecision(9)));

const mapped = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

export const rowsAsJsonl: RowFormat = {
  encode(rows) {
    const lines = [...rows].map(([key, { line, columns, shares }]) => {
      const lists = mapped(columns, (candidates) => candidates.map(numbersOf));
      return `${JSON.stringify({ key, line, columns: lists, shares } satisfies Line)}\n`;
    });
    return Promise.resolve(new TextEncoder().encode(lines.join("")));
  },
  decode(bytes) {
    const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
    const rows = lines.map((text): [string, AnnotatedRow] => {
      const { key, line, columns, shares } = JSON.parse(text) as Line;
      return [key, { line, columns: mapped(columns, (lists) => lists.map((list) => Float32Array.from(list))), shares }];
    });
    return Promise.resolve(new Map(rows));
  },
};
