import { describe, expect, it } from "vitest";
import { addon } from "../addon.ts";
import { MemoryPool, type Block } from "./memory-pool.ts";

const kiB = 1024;

describe("the memory pool", () => {
  const place = ({ buffer, offset }: Block) => ({ buffer, offset });

  it("answers with the memory returned last among pieces of the same size", () => {
    const pool = new MemoryPool();
    const [a, between, b, last] = Array.from({ length: 4 }, () => pool.take(100 * kiB)) as [Block, Block, Block, Block];
    pool.give(b);
    pool.give(a);
    expect(place(pool.take(100 * kiB))).toEqual(place(a));
    expect(place(pool.take(100 * kiB))).toEqual(place(b));
    pool.give(between);
    pool.give(last);
  });

  it("cuts the smallest piece that is large enough, and joins neighbours that are free again", () => {
    const pool = new MemoryPool();
    const blocks = [100, 10, 60, 10, 200, 10].map((size) => pool.take(size * kiB));
    const [large, , small, , largest] = blocks as [Block, Block, Block, Block, Block];
    for (const block of [large, small, largest]) pool.give(block);
    const first = pool.take(50 * kiB);
    expect(place(first)).toEqual(place(small));
    const second = pool.take(10 * kiB);
    expect(place(second)).toEqual({ buffer: small.buffer, offset: small.offset + 50 * kiB });
    pool.give(second);
    pool.give(first);
    expect(place(pool.take(60 * kiB))).toEqual(place(small));
    expect(pool.statistics).toMatchObject({ hits: 3, misses: 6 });
  });

  it("answers with memory that is there before it asks the system for more", () => {
    const pool = new MemoryPool();
    const guard = pool.take(64);
    const used = pool.take(100 * kiB);
    const next = pool.take(64);
    pool.give(used);
    const { misses } = pool.statistics;
    const again = pool.take(90 * kiB);
    expect(place(again)).toEqual(place(used));
    expect(pool.statistics.misses).toBe(misses);
    for (const block of [guard, next, again]) pool.give(block);
  });

  it("hands out memory that is aligned, large enough and nobody else's", () => {
    const pool = new MemoryPool();
    const live = new Map<Block, number>();
    let seed = 1;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    const marks = ({ buffer, offset, capacity }: Block) => new Int32Array(buffer, offset, capacity / 4);
    for (let step = 0; step < 4000; step++) {
      if (random(2) === 0) {
        const bytes = 1 + random(random(4) === 0 ? 1024 * kiB : 16 * kiB);
        const block = pool.take(bytes);
        expect(block.capacity).toBeGreaterThanOrEqual(bytes);
        expect((block.offset - addon().prepareMemory(block.buffer)) % 64).toBe(0);
        marks(block).fill(step);
        live.set(block, step);
      } else {
        const [block, mark] = [...live][random(Math.max(live.size, 1))] ?? [];
        if (block === undefined) continue;
        expect(marks(block).every((value) => value === mark)).toBe(true);
        live.delete(block);
        pool.give(block);
      }
    }
    const { usedBytes, peakUsedBytes, hits } = pool.statistics;
    expect(usedBytes).toBe([...live.keys()].reduce((sum, { capacity }) => sum + capacity, 0));
    expect(peakUsedBytes).toBeGreaterThanOrEqual(usedBytes);
    expect(hits).toBeGreaterThan(1000);
    for (const block of live.keys()) pool.give(block);
    expect(pool.statistics.usedBytes).toBe(0);
  });

  it("refuses a block that was given before, or is of another pool", () => {
    const pool = new MemoryPool();
    const block = pool.take(kiB);
    pool.give(block);
    expect(() => pool.give(block)).toThrow("given before");
    expect(() => pool.give(new MemoryPool().take(kiB))).toThrow("not of this pool");
  });

  it("holds no more than its limit, and lets go of what has waited longest", () => {
    const mib = 2 ** 20;
    const pool = new MemoryPool(25 * mib);
    const take = (mebibytes: number) => {
      const block = pool.take(mebibytes * mib);
      new Uint8Array(block.buffer, block.offset, block.capacity).fill(1);
      return block;
    };
    const [a, , b, , c, last] = [10, 1, 9, 1, 8, 1].map(take) as [Block, Block, Block, Block, Block, Block];
    for (const block of [a, b, c]) pool.give(block);
    expect(pool.statistics.heldBytes / mib).toBeCloseTo(17, 1);
    const first = (block: Block) => new Uint8Array(block.buffer, block.offset, block.capacity)[5 * mib];
    expect([a, b, c].map(first)).toEqual([0, 1, 1]);
    pool.limit = 8.5 * mib;
    expect(pool.statistics.heldBytes / mib).toBeCloseTo(8, 1);
    expect([a, b, c].map(first)).toEqual([0, 0, 1]);
    expect(new Uint8Array(last.buffer, last.offset, last.capacity).every((value) => value === 1)).toBe(true);
  });

  it("makes way for what it cannot serve, instead of adding up", () => {
    const pool = new MemoryPool(2 ** 40);
    const mib = 2 ** 20;
    for (let size = 64; size < 256; size += 16) pool.give(pool.take(size * mib));
    expect(pool.statistics.heldBytes).toBeLessThanOrEqual(240 * 1.25 * mib);
    pool.empty();
  });

  // AddressSanitizer keeps what was freed for a while, to see who still uses it.
  it.skipIf(process.env.TFJS_NATIVE_SANITIZED)("gives memory back to the system when it is emptied", () => {
    const pool = new MemoryPool(2 ** 40);
    const block = pool.take(64 * 2 ** 20);
    new Uint8Array(block.buffer).fill(1);
    pool.give(block);
    const before = process.memoryUsage.rss();
    pool.empty();
    expect(before - process.memoryUsage.rss()).toBeGreaterThan(50 * 2 ** 20);
    expect(pool.statistics).toMatchObject({ heldBytes: 0, usedBytes: 0 });
  });

  it("is told the first aligned offset of a buffer, and refuses what is none", () => {
    expect(addon().prepareMemory(new ArrayBuffer(100))).toBeLessThan(64);
    for (const call of [
      () => addon().prepareMemory(new Uint8Array(3) as never),
      () => addon().releaseMemory(3 as never),
      () => addon().discardMemory(new ArrayBuffer(100), 101, 0),
      () => addon().discardMemory(new ArrayBuffer(100), 90, 11),
    ])
      expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
