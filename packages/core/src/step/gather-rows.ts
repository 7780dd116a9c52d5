import { tf } from "@tokenwise/kit";

/** Which rows to take, and for the gradient, where each source row went. */
export interface RowMap {
  /** For each result row its source row; the source's row count stands for a row of zeros. */
  readonly index: Int32Array;
  /**
   * For each source row a result row, or the result's row count for none. One array per occurrence: a prompt's last
   * token predicts the first token of every candidate. Together they name every place once.
   */
  readonly inverses: readonly Int32Array[];
}

/** The inverses of `index` into `size` source rows. */
export function inverseOf(index: readonly number[], size: number): readonly Int32Array[] {
  const inverses: Int32Array[] = [];
  const seen = new Int32Array(size);
  index.forEach((source, row) => {
    const occurrence = seen[source]!;
    seen[source] = occurrence + 1;
    inverses[occurrence] ??= new Int32Array(size).fill(index.length);
    inverses[occurrence][source] = row;
  });
  return inverses;
}

/** Rows of x [n, …] by index. The gradient is gathers too: wasm lacks the scatter of TensorFlow.js's own. On wasm gatherND is the fast one. */
export function gatherRows<T extends tf.Tensor>(x: T, { index, inverses }: RowMap): T {
  const take = (from: tf.Tensor, rows: Int32Array): tf.Tensor => {
    const zero = tf.zeros([1, ...from.shape.slice(1)]);
    return tf.gatherND(tf.concat([from, zero]), tf.tensor2d(rows, [rows.length, 1], "int32"));
  };
  return tf.customGrad((source) => ({
    value: take(source as tf.Tensor, index),
    gradFunc: (dy: tf.Tensor) => inverses.map((inverse) => take(dy, inverse)).reduce((sum, part) => tf.add(sum, part)),
  }))(x) as T;
}
