/** A shape as rows: [...leading, width]. */
export interface Rows {
  readonly rows: number;
  readonly width: number;
}

export function rowsOf({ shape }: { readonly shape: readonly number[] }): Rows {
  const leading = shape.slice(0, -1);
  return { rows: leading.reduce((product, length) => product * length, 1), width: shape.at(-1) ?? 1 };
}
