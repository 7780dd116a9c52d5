export interface AnnotatedRow {
  /** Where the row stood in its file when it was annotated. */
  readonly line: number;
  /** By column and candidate; empty for a missing candidate. */
  readonly columns: Readonly<Record<string, readonly Float32Array[]>>;
  /** By name, from 0 to 1. */
  readonly shares: Readonly<Record<string, number>>;
}

/** By the key of the row's tokens. */
export type AnnotatedRows = ReadonlyMap<string, AnnotatedRow>;

/** What rows have, by name. */
export interface RowShape {
  readonly columns: readonly string[];
  readonly shares: readonly string[];
}

/** How rows are written; `decode` undoes `encode`. */
export interface RowFormat {
  readonly encode: (rows: AnnotatedRows, shape: RowShape) => Promise<Uint8Array>;
  /** @throws an error that says what is wrong with them. */
  readonly decode: (bytes: Uint8Array, shape: RowShape) => Promise<AnnotatedRows>;
}
