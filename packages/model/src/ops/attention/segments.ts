import type { PackedTree, Span } from "../../stream/pack-trees.ts";

/** Rows of a stream that attend to the same few contiguous pieces of it: one block of scores. */
export interface Segment {
  readonly rows: Span;
  readonly keys: readonly Span[];
  /** A row sees the keys up to itself that come before this row … */
  readonly prefixEnd: number;
  /** … and those from the start of its own branch on. */
  readonly ownStart: (row: number) => number;
}

/** Scores beyond those needed that are worth one block less: a block costs some twenty kernel calls. */
const WASTE_WORTH_A_BLOCK = 400_000;

/** Rows of a block at most: of a long causal square half is masked, and a block of scores must fit into memory. */
const LONGEST_BLOCK = 512;

const end = ({ start, length }: Span) => start + length;
const sizeOf = (spans: readonly Span[]) => spans.reduce((sum, { length }) => sum + length, 0);

const pieces = ({ start, length }: Span): readonly Span[] =>
  Array.from({ length: Math.ceil(length / LONGEST_BLOCK) }, (_, i) => ({
    start: start + i * LONGEST_BLOCK,
    length: Math.min(LONGEST_BLOCK, length - i * LONGEST_BLOCK),
  }));

/**
 * Blocks of scores that cover a tree and little else: the prefix against itself, and each branch against the prefix and itself, in pieces. A
 * small tree is one block, where computing what is masked costs less than more kernel calls.
 *
 * @param scoreCost  relative cost of one score, over all heads: the width of a row of queries
 */
export function segmentsOf(tree: PackedTree, scoreCost: number): readonly Segment[] {
  const { prefix } = tree;
  const branches = tree.branches.filter(({ length }) => length > 0);
  const ownStart = (row: number) =>
    branches.find((branch) => row >= branch.start && row < end(branch))?.start ?? prefix.start;
  const sight = { prefixEnd: end(prefix), ownStart };
  const whole = { start: prefix.start, length: sizeOf([prefix, ...branches]) };

  const before = pieces(prefix);
  const apart = [
    ...before.map((rows, i) => ({ rows, keys: before.slice(0, i + 1), ...sight })),
    ...branches.flatMap((branch) => {
      const own = pieces(branch);
      return own.map((rows, i) => ({ rows, keys: [...before, ...own.slice(0, i + 1)], ...sight }));
    }),
  ];
  const needed = apart.reduce((sum, { rows, keys }) => sum + rows.length * sizeOf(keys), 0);
  const waste = (whole.length ** 2 - needed) * scoreCost;
  const fits = whole.length <= LONGEST_BLOCK && waste <= WASTE_WORTH_A_BLOCK * (apart.length - 1);
  return fits ? [{ rows: whole, keys: [whole], ...sight }] : apart;
}

export const scoresOf = ({ rows, keys }: Segment): number => rows.length * sizeOf(keys);

/** Additive mask [R·C] of a segment: 0 where a row sees a key, else so low that its weight is exactly 0. */
export function maskOf({ rows, keys, prefixEnd, ownStart }: Segment): Float32Array {
  const mask = new Float32Array(rows.length * sizeOf(keys));
  let at = 0;
  for (let row = rows.start; row < end(rows); row++) {
    const own = ownStart(row);
    for (const span of keys) {
      for (let key = span.start; key < end(span); key++) {
        mask[at++] = key <= row && (key < prefixEnd || key >= own) ? 0 : -1e9;
      }
    }
  }
  return mask;
}
