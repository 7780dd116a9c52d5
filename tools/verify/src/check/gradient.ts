import { tf } from "@tokenwise/kit";
import type { Gradient } from "../read/schemas.ts";
import type { Findings } from "./findings.ts";

/** Where a row of the file stands in the batch, and a listed place of it among its response tokens. */
export interface Places {
  /** Rows of the batch in the order of the file. */
  readonly order: readonly number[];
  readonly token: (row: number, place: number) => number;
}

/** Compares a gradient [B, T, V] with what is listed of it: entries by the largest of them, norms by themselves. */
export function compareGradient(
  findings: Findings,
  field: string,
  tensor: tf.Tensor,
  expected: Gradient | undefined,
  { order, token }: Places,
  tolerance = findings.tolerances.gradient,
): void {
  if (!expected) return;
  const { at, rowL2, l2, sumAbs, max, min } = expected;
  const values = tensor.arraySync() as number[][][];
  const all = tensor.dataSync<"float32">();
  const norms = [...tf.tidy(() => tf.sqrt(tf.sum(tf.square(tensor), [1, 2]))).dataSync()];
  const near = (name: string, actual: number | number[], wanted: number | number[] | undefined, unit = 0) =>
    findings.near(`${field}.${name}`, actual, wanted, { tolerance, unit });
  near(
    "at",
    (at ?? []).map(([row, place, id]) => values[order[row]!]?.[token(row, place)]?.[id] ?? 0),
    at?.map(([, , , value]) => value),
    Math.max(Math.abs(max ?? 0), Math.abs(min ?? 0)),
  );
  near("l2", Math.hypot(...norms), l2);
  near(
    "sumAbs",
    all.reduce((total, value) => total + Math.abs(value), 0),
    sumAbs,
  );
  near(
    "max",
    all.reduce((a, b) => Math.max(a, b), 0),
    max,
  );
  near(
    "min",
    all.reduce((a, b) => Math.min(a, b), 0),
    min,
  );
  near(
    "rowL2",
    order.map((row) => norms[row] ?? 0),
    rowL2,
  );
}
