import fc from "fast-check";
import { expect, it } from "vitest";
import { packTrees } from "../../stream/pack-trees.ts";
import { maskOf, segmentsOf } from "./segments.ts";

const tokens = (length: number) => new Int32Array(length);
const treeOf = (prefix: number, branches: readonly number[]) =>
  packTrees([
    { prefix: tokens(1), branches: [] },
    { prefix: tokens(prefix), branches: branches.map(tokens) },
  ]).trees[1]!;

it("every row is in one block, and sees there its prefix and its own branch up to itself, nothing else", () => {
  const lengths = fc.record({
    prefix: fc.integer({ min: 0, max: 30 }),
    branches: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(
      lengths.filter(({ prefix, branches }) => prefix + branches.reduce((x, y) => x + y, 0) > 0),
      fc.constantFrom(1, 1e6),
      ({ prefix, branches }, scoreCost) => {
        const tree = treeOf(prefix, branches);
        const seen = new Map<number, number[]>();
        for (const segment of segmentsOf(tree, scoreCost)) {
          const keys = segment.keys.flatMap(({ start, length }) => Array.from({ length }, (_, i) => start + i));
          const mask = maskOf(segment);
          for (let i = 0; i < segment.rows.length; i++) {
            expect(seen.has(segment.rows.start + i)).toBe(false);
            seen.set(segment.rows.start + i, keys.filter((_, j) => mask[i * keys.length + j] === 0)); // prettier-ignore
          }
        }
        for (const span of [tree.prefix, ...tree.branches]) {
          for (let row = span.start; row < span.start + span.length; row++) {
            const inPrefix = Array.from({ length: prefix }, (_, i) => tree.prefix.start + i);
            const own = Array.from({ length: row - span.start + 1 }, (_, i) => span.start + i);
            expect(seen.get(row)).toEqual(span === tree.prefix ? own : [...inPrefix, ...own]);
          }
        }
        expect(seen.size).toBe(prefix + branches.reduce((x, y) => x + y, 0));
      },
    ),
  );
});

it("a small tree is one block, a large one is cut so that branches are not multiplied with each other", () => {
  expect(segmentsOf(treeOf(10, [15, 15]), 64)).toHaveLength(1);
  const large = segmentsOf(treeOf(200, [100, 120]), 576);
  expect(large.map(({ rows, keys }) => [rows.length, keys.reduce((sum, { length }) => sum + length, 0)])).toEqual([[200, 200], [100, 300], [120, 320]]); // prettier-ignore
});

it("a long sequence is computed in blocks of rows that leave out what is masked", () => {
  const blocks = segmentsOf(treeOf(1200, []), 8);
  expect(blocks.map(({ rows, keys }) => [rows.length, keys.length])).toEqual([[512, 1], [512, 2], [176, 3]]); // prettier-ignore
});
