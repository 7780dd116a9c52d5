import { tf } from "@tokenwise/kit";
import { batchedProduct } from "../product.ts";
import type { AttentionPlan } from "./plan.ts";
import { gatherSpans, rowsOf, scatterSpans } from "./rows.ts";
import { maskOf, type Segment } from "./segments.ts";

export interface Projections {
  readonly q: tf.Tensor;
  readonly k: tf.Tensor;
  readonly v: tf.Tensor;
}

/** Softmax of a segment's visible scores: [K, R·m, C]. */
function weightsOf(queries: tf.Tensor3D, keys: tf.Tensor3D, segment: Segment, rowsPerToken: number): tf.Tensor3D {
  return tf.tidy(() => {
    const rows = rowsOf(queries, segment.rows, rowsPerToken);
    const scores = batchedProduct(rows, gatherSpans(keys, segment.keys), { transposeB: true });
    const [blocks, , columns] = scores.shape;
    const mask = tf.tensor4d(maskOf(segment), [1, segment.rows.length, 1, columns]);
    const apart = tf.reshape(scores, [blocks, segment.rows.length, rowsPerToken, columns]);
    return tf.reshape(tf.softmax(tf.add(apart, mask)), scores.shape);
  });
}

const joined = (parts: readonly tf.Tensor3D[]): tf.Tensor3D =>
  parts.length === 1 ? parts[0]! : tf.concat3d([...parts], 1);

/** [output [N, heads·headDim], ...weights of each segment, if the plan keeps them]. */
export function attend(
  { q, k, v }: Projections,
  { segments, layout, scale, keepsWeights }: AttentionPlan,
): tf.Tensor[] {
  const queries = layout.queries(tf.mul(q, scale));
  const [keys, values] = [layout.keys(k), layout.keys(v)];
  const parts = segments.map((segment) =>
    tf.tidy(() => {
      const weights = weightsOf(queries, keys, segment, layout.rowsPerToken);
      const output = batchedProduct(weights, gatherSpans(values, segment.keys));
      return keepsWeights ? [output, weights] : [output];
    }),
  );
  return [layout.fromQueries(joined(parts.map(([output]) => output!))), ...parts.flatMap(([, ...weights]) => weights)];
}

/** Gradients by q, k and v. With weights W, output O = W·V: dV = Wᵀ·dO, dW = dO·Vᵀ, dScores = W∘(dW − Σ W∘dW). */
export function attendBackward(
  dy: tf.Tensor,
  { q, k, v }: Projections,
  kept: readonly tf.Tensor[],
  { segments, layout, scale }: AttentionPlan,
): tf.Tensor[] {
  const m = layout.rowsPerToken;
  const [queries, slopes] = [layout.queries(tf.mul(q, scale)), layout.queries(dy)];
  const [keys, values] = [layout.keys(k), layout.keys(v)];
  const parts = segments.map((segment, i) =>
    tf.tidy(() => {
      const weights = (kept[i] as tf.Tensor3D | undefined) ?? weightsOf(queries, keys, segment, m);
      const slope = rowsOf(slopes, segment.rows, m);
      const dValues = batchedProduct(weights, slope, { transposeA: true });
      const weighted = tf.mul(weights, batchedProduct(slope, gatherSpans(values, segment.keys), { transposeB: true }));
      const dScores = tf.sub<tf.Tensor3D>(weighted, tf.mul(weights, tf.sum(weighted, -1, true)));
      const dQueries = batchedProduct(dScores, gatherSpans(keys, segment.keys));
      const dKeys = batchedProduct(dScores, rowsOf(queries, segment.rows, m), { transposeA: true });
      return { dQueries, dKeys, dValues };
    }),
  );
  const spans = segments.map((segment) => segment.keys);
  const scattered = (gradients: readonly tf.Tensor3D[]) => layout.fromKeys(scatterSpans(gradients, spans));
  return [
    tf.mul(layout.fromQueries(joined(parts.map(({ dQueries }) => dQueries))), scale),
    scattered(parts.map(({ dKeys }) => dKeys)),
    scattered(parts.map(({ dValues }) => dValues)),
  ];
}
