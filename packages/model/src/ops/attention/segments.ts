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

const end = ({ start, length }: Span) => start + length;

/**
 * Blocks of scores that cover a tree and little else: the prefix with the first branch (one causal square), then each further branch against
 * the prefix and itself. A small tree is one block, where computing what is masked costs less than more kernel calls.
 *
 * @param scoreCost  relative cost of one score, over all heads: the width of a row of queries
 */
export function segmentsOf(tree: PackedTree, scoreCost: number): readonly Segment[] {
  const { prefix } = tree;
  const branches = tree.branches.filter(({ length }) => length > 0);
  const total = branches.reduce((sum, { length }) => sum + length, prefix.length);
  const ownStart = (row: number) =>
    branches.find((branch) => row >= branch.start && row < end(branch))?.start ?? prefix.start;
  const sight = { prefixEnd: end(prefix), ownStart };
  const whole = { start: prefix.start, length: total };
  const [first, ...others] = branches;
  if (first === undefined || others.length === 0) return [{ rows: whole, keys: [whole], ...sight }];

  const split: Segment[] = [
    { rows: { start: prefix.start, length: prefix.length + first.length }, keys: [prefix, first], ...sight },
    ...others.map((branch) => ({ rows: branch, keys: [prefix, branch], ...sight })),
  ].map((segment) => ({ ...segment, keys: segment.keys.filter(({ length }) => length > 0) }));
  const needed = split.reduce(
    (sum, { rows, keys }) => sum + rows.length * keys.reduce((count, { length }) => count + length, 0),
    0,
  );
  const waste = (total * total - needed) * scoreCost;
  return waste <= WASTE_WORTH_A_BLOCK * others.length ? [{ rows: whole, keys: [whole], ...sight }] : split;
}

/** Additive mask [R·C] of a segment: 0 where a row sees a key, else so low that its weight is exactly 0. */
export function maskOf({ rows, keys, prefixEnd, ownStart }: Segment): Float32Array {
  const columns = keys.reduce((sum, { length }) => sum + length, 0);
  const mask = new Float32Array(rows.length * columns);
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
