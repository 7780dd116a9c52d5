import { tf } from "@tokenwise/kit";
import type { Span } from "../../stream/pack-trees.ts";
import { entriesOf } from "../entries-of.ts";

/** The rows of a span of tokens, each of which has `rowsPerToken`: [K, N·m, w] → [K, R·m, w]. */
export function rowsOf(x: tf.Tensor3D, { start, length }: Span, rowsPerToken = 1): tf.Tensor3D {
  return entriesOf(x, 1, start * rowsPerToken, length * rowsPerToken);
}

/** Several spans of rows, one after the other; neighbours are taken in one slice. */
export function gatherSpans(x: tf.Tensor3D, spans: readonly Span[]): tf.Tensor3D {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && last.start + last.length === span.start) {
      merged[merged.length - 1] = { start: last.start, length: last.length + span.length };
    } else {
      merged.push(span);
    }
  }
  const pieces = merged.map((span) => rowsOf(x, span));
  return pieces.length === 1 ? pieces[0]! : tf.concat(pieces, 1);
}

/** The adjoint of `gatherSpans`, for several gatherings whose spans cover all rows: contributions to the same span add up. */
export function scatterSpans(gathered: readonly tf.Tensor3D[], spans: readonly (readonly Span[])[]): tf.Tensor3D {
  const contributions = new Map<number, tf.Tensor3D[]>();
  gathered.forEach((x, i) => {
    let row = 0;
    for (const { start, length } of spans[i]!) {
      contributions.set(start, [...(contributions.get(start) ?? []), rowsOf(x, { start: row, length })]);
      row += length;
    }
  });
  const inOrder = [...contributions.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, parts]) => (parts.length === 1 ? parts[0]! : tf.addN(parts)));
  return inOrder.length === 1 ? inOrder[0]! : tf.concat(inOrder, 1);
}
