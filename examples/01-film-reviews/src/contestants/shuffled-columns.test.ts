import type { PreferenceExample } from "@tokenwise/data";
import { describe, expect, it } from "vitest";
import { shuffledColumns } from "./shuffled-columns.ts";

const candidate = (length: number) => ({ ids: new Int32Array(length + 1), content: length });
const examples = [5, 8, 3].map((length, row): PreferenceExample => ({
  source: { file: "made up", line: row + 1 },
  prompt: Int32Array.of(7),
  candidates: [candidate(length), candidate(2 * length)],
  columns: {
    ratio: [length, 2 * length].map((tokens, side) =>
      Float32Array.from({ length: tokens + 1 }, (_, token) =>
        token === tokens ? -row - 1 : 100 * row + 50 * side + token,
      ),
    ),
  },
}));
const valuesOf = (rows: readonly PreferenceExample[]) =>
  rows.flatMap(({ candidates, columns }) =>
    candidates.flatMap((one, side) => [...columns!.ratio![side]!.slice(0, one!.content)]),
  );
const endsOf = (rows: readonly PreferenceExample[]) =>
  rows.flatMap(({ columns }) => columns!.ratio!.map((of) => of.at(-1)));

describe("shuffled columns", () => {
  const shuffled = shuffledColumns(examples, 1);

  it("are a permutation over the text tokens of all responses, with the end tokens and all else as they were", () => {
    const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
    expect(valuesOf(shuffled)).not.toEqual(valuesOf(examples));
    expect(ascending(valuesOf(shuffled))).toEqual(ascending(valuesOf(examples)));
    expect(endsOf(shuffled)).toEqual(endsOf(examples));
    const without = (rows: readonly PreferenceExample[]) => rows.map((row) => ({ ...row, columns: {} }));
    expect(without(shuffled)).toEqual(without(examples));
  });

  it("cross from row to row, and follow the seed", () => {
    const fromElsewhere = shuffled.filter(({ columns }, row) =>
      columns!.ratio!.some((of) => of.slice(0, -1).some((value) => Math.floor(value / 100) !== row)),
    );
    expect(fromElsewhere).toHaveLength(3);
    expect(valuesOf(shuffledColumns(examples, 1))).toEqual(valuesOf(shuffled));
    expect(valuesOf(shuffledColumns(examples, 2))).not.toEqual(valuesOf(shuffled));
  });
});
