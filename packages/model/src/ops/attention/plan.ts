import { tf } from "@tokenwise/kit";
import type { PackedTree } from "../../stream/pack-trees.ts";
import { joinedHeads, separateHeads, type HeadCounts, type HeadLayout } from "./head-layout.ts";
import { scoresOf, segmentsOf, type Segment } from "./segments.ts";

export interface AttentionAttributes extends HeadCounts {
  /** For each tree: start and length of its prefix, the number of its branches, then start and length of each. */
  readonly trees: readonly number[];
}

/** How the composite computes attention over a stream. */
export interface AttentionPlan {
  readonly segments: readonly Segment[];
  readonly layout: HeadLayout;
  /** 1/√headDim. */
  readonly scale: number;
  /** Whether the attention weights are kept for the gradient, or computed again because they are too large. */
  readonly keepsWeights: boolean;
}

/** Multiply-adds of one product below which a kernel call costs more than the product. */
const SMALL_PRODUCT = 700_000;

/** Numbers: 64 MB. */
const MOST_WEIGHTS_KEPT = 16_000_000;

/** @param width  of a row of queries: heads·headDim */
export function planOf({ trees, ...counts }: AttentionAttributes, width: number): AttentionPlan {
  const segments = unflatten(trees).flatMap((tree) => segmentsOf(tree, width));
  const scores = segments.map(scoresOf);
  const joins = tf.getBackend() === "wasm" && Math.max(...scores) * width <= SMALL_PRODUCT;
  return {
    segments,
    layout: (joins ? joinedHeads : separateHeads)(counts),
    scale: (width / counts.heads) ** -0.5,
    keepsWeights: scores.reduce((sum, count) => sum + count, 0) * counts.heads <= MOST_WEIGHTS_KEPT,
  };
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

/** Trees as an attribute that any backend can read. */
export const flatten = (trees: readonly PackedTree[]): readonly number[] =>
  trees.flatMap(({ prefix, branches }) => [
    prefix.start,
    prefix.length,
    branches.length,
    ...branches.flatMap((span) => [span.start, span.length]),
  ]);
