import { expect, it } from "vitest";
import { packTrees } from "./pack-trees.ts";

it("a stream holds each prefix once, then its branches, whose positions go on after the prefix", () => {
  const stream = packTrees([
    { prefix: Int32Array.of(5, 6), branches: [Int32Array.of(7, 8, 9), Int32Array.of(10)] },
    { prefix: Int32Array.of(11), branches: [] },
  ]);
  expect([...stream.ids]).toEqual([5, 6, 7, 8, 9, 10, 11]);
  expect([...stream.positions]).toEqual([0, 1, 2, 3, 4, 2, 0]);
  expect(stream.trees).toEqual([
    { prefix: { start: 0, length: 2 }, branches: [{ start: 2, length: 3 }, { start: 5, length: 1 }] }, // prettier-ignore
    { prefix: { start: 6, length: 1 }, branches: [] },
  ]);
});

it("an empty branch keeps its place, with no rows", () => {
  const { trees } = packTrees([{ prefix: Int32Array.of(1), branches: [new Int32Array(0), Int32Array.of(2)] }]);
  expect(trees[0]?.branches).toEqual([{ start: 1, length: 0 }, { start: 1, length: 1 }]); // prettier-ignore
});

it("a stream of nothing is refused", () => {
  const code = { code: "TW_E_EMPTY_STREAM" };
  expect(() => packTrees([])).toThrow(expect.objectContaining(code));
  expect(() => packTrees([{ prefix: new Int32Array(0), branches: [new Int32Array(0)] }])).toThrow(
    expect.objectContaining(code),
  );
});
