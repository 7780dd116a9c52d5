import { tf } from "@tokenwise/kit";
import type { PackedTree } from "../../stream/pack-trees.ts";
import { runOperation, type Operation } from "../fused.ts";
import { batchedProduct } from "../product.ts";
import { joinedHeads, separateHeads, type HeadCounts, type HeadLayout } from "./head-layout.ts";
import { gatherSpans, rowsOf, scatterSpans } from "./rows.ts";
import { maskOf, segmentsOf, type Segment } from "./segments.ts";

interface Attributes extends HeadCounts {
  /** For each tree: start and length of its prefix, the number of its branches, then start and length of each. */
  readonly trees: readonly number[];
}

/** Multiply-adds of one product below which a kernel call costs more than the product. */
const SMALL_PRODUCT = 700_000;

interface Plan {
  readonly segments: readonly Segment[];
  readonly layout: HeadLayout;
  readonly scale: number;
}

function planOf(trees: readonly PackedTree[], counts: HeadCounts, width: number): Plan {
  const segments = trees.flatMap((tree) => segmentsOf(tree, width));
  const largest = Math.max(
    ...segments.map(({ rows, keys }) => rows.length * keys.reduce((sum, { length }) => sum + length, 0)),
  );
  const joins = tf.getBackend() === "wasm" && largest * width <= SMALL_PRODUCT;
  return { segments, layout: (joins ? joinedHeads : separateHeads)(counts), scale: (width / counts.heads) ** -0.5 };
}

function unflatten(flat: readonly number[]): readonly PackedTree[] {
  const trees: PackedTree[] = [];
  for (let at = 0; at < flat.length;) {
    const span = () => ({ start: flat[at++]!, length: flat[at++]! });
    const prefix = span();
    trees.push({ prefix, branches: Array.from({ length: flat[at++]! }, span) });
  }
  return trees;
}

const flatten = (trees: readonly PackedTree[]): readonly number[] =>
  trees.flatMap(({ prefix, branches }) => [
    prefix.start,
    prefix.length,
    branches.length,
    ...branches.flatMap((span) => [span.start, span.length]),
  ]);

/** Softmax of the visible scores of one segment: [K, R·m, C]. */
function probabilities(queries: tf.Tensor3D, keys: tf.Tensor3D, segment: Segment, rowsPerToken: number): tf.Tensor3D {
  const scores = batchedProduct(queries, keys, { transposeB: true });
  const [blocks, rows, columns] = scores.shape;
  const mask = tf.tensor4d(maskOf(segment), [1, rows / rowsPerToken, 1, columns]);
  const masked = tf.add(tf.reshape(scores, [blocks, rows / rowsPerToken, rowsPerToken, columns]), mask);
  return tf.reshape(tf.softmax(masked), scores.shape);
}

/**
 * Kernel FusedPrefixTreeAttention: inputs q [N, heads·headDim], k, v [N, keyValueHeads·headDim]; attributes heads, keyValueHeads, trees;
 * keeps q, k, v. The composite's extras are the attention weights of each segment.
 */
const operation: Operation<Attributes> = {
  kernel: "FusedPrefixTreeAttention",
  inputs: ["q", "k", "v"],
  keeps: ["q", "k", "v"],
  forward: ({ q, k, v }, { trees, ...counts }) => {
    const { segments, layout, scale } = planOf(unflatten(trees), counts, q!.shape[1]!);
    const queries = layout.queries(tf.mul(q!, scale));
    const [keys, values] = [layout.keys(k!), layout.keys(v!)];
    const weights = segments.map((segment) =>
      tf.tidy(() =>
        probabilities(
          rowsOf(queries, segment.rows, layout.rowsPerToken),
          gatherSpans(keys, segment.keys),
          segment,
          layout.rowsPerToken,
        ),
      ),
    );
    const outputs = segments.map((segment, i) => batchedProduct(weights[i]!, gatherSpans(values, segment.keys)));
    return [layout.fromQueries(outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 1)), ...weights];
  },
  backward: ({ dy, q, k, v }, weights, { trees, ...counts }) => {
    const { segments, layout, scale } = planOf(unflatten(trees), counts, q!.shape[1]!);
    const m = layout.rowsPerToken;
    const [queries, slopes] = [layout.queries(tf.mul(q!, scale)), layout.queries(dy!)];
    const [keys, values] = [layout.keys(k!), layout.keys(v!)];
    const parts = segments.map((segment, i) =>
      tf.tidy(() => {
        const weight = weights[i] as tf.Tensor3D;
        const slope = rowsOf(slopes, segment.rows, m);
        const dValues = batchedProduct(weight, slope, { transposeA: true });
        const weighted = tf.mul(weight, batchedProduct(slope, gatherSpans(values, segment.keys), { transposeB: true }));
        const dScores = tf.sub<tf.Tensor3D>(weighted, tf.mul(weight, tf.sum(weighted, -1, true)));
        const dQueries = batchedProduct(dScores, gatherSpans(keys, segment.keys));
        const dKeys = batchedProduct(dScores, rowsOf(queries, segment.rows, m), { transposeA: true });
        return { dQueries, dKeys, dValues };
      }),
    );
    const dQueries = parts.map((part) => part.dQueries);
    const spans = segments.map((segment) => segment.keys);
    return [
      tf.mul(layout.fromQueries(dQueries.length === 1 ? dQueries[0]! : tf.concat(dQueries, 1)), scale),
      layout.fromKeys(
        scatterSpans(
          parts.map((part) => part.dKeys),
          spans,
        ),
      ),
      layout.fromKeys(
        scatterSpans(
          parts.map((part) => part.dValues),
          spans,
        ),
      ),
    ];
  },
};

/**
 * Grouped-query attention over prefix trees: a row sees its tree's prefix and its own branch, causally; scores are scaled by 1/√headDim.
 *
 * @param q  [N, heads·headDim], positions applied
 * @param k  [N, keyValueHeads·headDim], positions applied
 * @param v  [N, keyValueHeads·headDim]
 * @returns  [N, heads·headDim]
 */
export function attention(
  { q, k, v }: { readonly q: tf.Tensor2D; readonly k: tf.Tensor2D; readonly v: tf.Tensor2D },
  trees: readonly PackedTree[],
  counts: HeadCounts,
): tf.Tensor2D {
  return runOperation(operation, { q, k, v }, {}, { ...counts, trees: flatten(trees) }) as tf.Tensor2D;
}
