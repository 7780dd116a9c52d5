import { tf } from "@tokenwise/kit";
import { entriesOf } from "../ops/entries-of.ts";
import { product } from "../ops/product.ts";
import type { Span } from "../stream/pack-trees.ts";

/** Rows of a causal attention map of S tokens, each of sum 1: [R, S]. */
export type AttentionMap = (rows: Span) => tf.Tensor2D;

/** Rows that are there at a time. */
const blockRows = 128;

/**
 * The last row of Π_l (½ A_l + ½ I), the first layer's factor rightmost [Abnar and Zuidema 2020]: [S], of sum 1.
 *
 * A row vector times one layer's map after the other, from the last layer to the first, in blocks of rows: S² multiplications a layer, and
 * no S×S map in memory.
 *
 * @param mapOf  the map of a layer; asked once a layer, for all its rows, of the last layer only for the last one.
 */
export function attentionRollout(length: number, layers: number, mapOf: (layer: number) => AttentionMap): tf.Tensor1D {
  return tf.tidy(() => {
    const last = length - 1;
    const one = Float32Array.from({ length }, (_, token) => (token === last ? 1 : 0));
    let row = tf.tensor2d(one, [1, length]);
    for (let layer = layers - 1; layer >= 0; layer--) {
      const spans = layer === layers - 1 ? [{ start: last, length: 1 }] : blocksOf(length);
      const before = row;
      row = tf.tidy(() => {
        const rows = mapOf(layer);
        const parts = spans.map((span) =>
          tf.tidy(() => product(entriesOf(before, 1, span.start, span.length), rows(span))),
        );
        return tf.mul<tf.Tensor2D>(0.5, tf.add(before, tf.addN(parts)));
      });
    }
    return tf.reshape(row, [length]);
  });
}

const blocksOf = (length: number): readonly Span[] =>
  Array.from({ length: Math.ceil(length / blockRows) }, (_, block) => ({
    start: block * blockRows,
    length: Math.min(blockRows, length - block * blockRows),
  }));
