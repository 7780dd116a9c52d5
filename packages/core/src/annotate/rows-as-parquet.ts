/** A Parquet row for each response: key, line, candidate, a list of floats for each column, a number or null for each share. */
import { parquetReadObjects } from "hyparquet";
import { ByteWriter, parquetWrite, type ColumnSource } from "hyparquet-writer";
import type { AnnotatedRow, RowFormat, RowShape } from "./annotated-rows.ts";

type Schema = NonNullable<Parameters<typeof parquetWrite>[0]["schema"]>;

/** No column of an annotator is in the way of the others. */
const shareName = (name: string): string => `share: ${name}`;

function schemaOf({ columns, shares }: RowShape): Schema {
  const lists = columns.flatMap((name): Schema => [
    { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "FLOAT", repetition_type: "REQUIRED" },
  ]);
  return [
    { name: "rows", num_children: 3 + columns.length + shares.length },
    { name: "key", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
    { name: "line", type: "INT32", repetition_type: "REQUIRED" },
    { name: "candidate", type: "INT32", repetition_type: "REQUIRED" },
    ...lists,
    ...shares.map((name) => ({ name: shareName(name), type: "DOUBLE", repetition_type: "OPTIONAL" }) as const),
  ];
}

interface Response extends Readonly<Record<string, unknown>> {
  readonly key: string;
  readonly line: number;
  readonly candidate: number;
}

export const rowsAsParquet: RowFormat = {
  async encode(rows, shape) {
    const responses = [...rows].flatMap(([key, row]) =>
      (row.columns[shape.columns[0] ?? ""] ?? []).map((_, candidate) => ({ key, candidate, row })),
    );
    const column = (name: string, valueOf: (response: (typeof responses)[number]) => unknown): ColumnSource => ({
      name,
      data: responses.map(valueOf),
    });
    const writer = new ByteWriter();
    await parquetWrite({
      writer,
      schema: schemaOf(shape),
      columnData: [
        column("key", ({ key }) => key),
        column("line", ({ row }) => row.line),
        column("candidate", ({ candidate }) => candidate),
        ...shape.columns.map((name) =>
          column(name, ({ row, candidate }) => [...(row.columns[name]?.[candidate] ?? [])]),
        ),
        ...shape.shares.map((name) => column(shareName(name), ({ row }) => row.shares[name])),
      ],
    });
    return writer.getBytes();
  },

  async decode(bytes, shape) {
    const file = new Uint8Array(bytes).buffer;
    const rows = new Map<string, AnnotatedRow>();
    for (const response of (await parquetReadObjects({ file })) as unknown as readonly Response[]) {
      const { key, line, candidate } = response;
      const row = rows.get(key);
      const values = shape.columns.map(
        (name) => [name, Float32Array.from(response[name] as readonly number[])] as const,
      );
      const known = shape.shares.flatMap((name) => {
        const share = response[shareName(name)];
        return typeof share === "number" ? [[name, share] as const] : [];
      });
      if (row && row.columns[shape.columns[0] ?? ""]?.length !== candidate)
        throw new Error(`candidate ${candidate} of ${key} is out of order`);
      const columns = values.map(([name, list]) => [name, [...(row?.columns[name] ?? []), list]] as const);
      rows.set(key, { line, columns: Object.fromEntries(columns), shares: Object.fromEntries(known) });
    }
    return rows;
  },
};
