import { describe, expect, it } from "vitest";
import { addon } from "./addon.ts";
import { MemoryPool, type Block } from "./memory-pool.ts";

const kiB = 1024;

describe("the memory pool", () => {
  it("answers with the block returned last among those of the same size", () => {
    const pool = new MemoryPool();
    const [a, b] = [pool.take(100 * kiB), pool.take(100 * kiB)];
    pool.give(b);
    pool.give(a);
    expect(pool.take(100 * kiB)).toBe(a);
    expect(pool.take(100 * kiB)).toBe(b);
  });

  it("answers with the smallest block that is large enough and not an eighth too large", () => {
    const pool = new MemoryPool();
    const blocks = [100, 105, 110, 200].map((size) => pool.take(size * kiB));
    for (const block of blocks) pool.give(block);
    expect(pool.take(103 * kiB)).toBe(blocks[1]);
    expect(pool.take(103 * kiB)).toBe(blocks[2]);
    expect(pool.take(103 * kiB).capacity).toBe(103 * kiB);
    expect(pool.take(201 * kiB).capacity).toBe(201 * kiB);
    expect(pool.statistics).toMatchObject({ hits: 2, misses: 6 });
  });

  it("hands out memory that is aligned, large enough and nobody else's", () => {
    const pool = new MemoryPool();
    const live = new Set<Block>();
    let seed = 1;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let step = 0; step < 2000; step++) {
      if (random(2) === 0) {
        const bytes = 64 * kiB + random(64 * kiB);
        const block = pool.take(bytes);
        expect(block.capacity).toBeGreaterThanOrEqual(bytes);
        expect(block.buffer.byteLength).toBeGreaterThanOrEqual(block.offset + bytes);
        expect(live.has(block)).toBe(false);
        live.add(block);
      } else {
        const block = [...live][random(Math.max(live.size, 1))];
        if (block === undefined) continue;
        live.delete(block);
        pool.give(block);
      }
    }
    const buffers = new Set([...live].map(({ buffer }) => buffer));
    expect(buffers.size).toBe(live.size);
    const { usedBytes, peakUsedBytes, hits } = pool.statistics;
    expect(usedBytes).toBe([...live].reduce((sum, { capacity }) => sum + capacity, 0));
    expect(peakUsedBytes).toBeGreaterThanOrEqual(usedBytes);
    expect(hits).toBeGreaterThan(200);
  });

  it("holds no more than its limit, and lets go of what has waited longest", () => {
    const pool = new MemoryPool(250 * kiB);
    const [a, b, c] = [pool.take(100 * kiB), pool.take(90 * kiB), pool.take(80 * kiB)];
    for (const block of [a, b, c]) pool.give(block);
    expect(pool.statistics.heldBytes).toBe(170 * kiB);
    expect(a.buffer.byteLength).toBe(0);
    const tooLarge = pool.take(300 * kiB);
    pool.give(tooLarge);
    expect(tooLarge.buffer.byteLength).toBe(0);
    expect(pool.statistics).toMatchObject({ heldBytes: 170 * kiB, usedBytes: 0 });
    pool.limit = 85 * kiB;
    expect(pool.statistics.heldBytes).toBe(80 * kiB);
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

  it("forgets a block that left", () => {
    const pool = new MemoryPool();
    const block = pool.take(100 * kiB);
    pool.leave(block);
    expect(pool.statistics).toMatchObject({ heldBytes: 0, usedBytes: 0 });
    expect(pool.take(100 * kiB)).not.toBe(block);
  });

  it("is told the first aligned offset of a buffer, and refuses what is none", () => {
    expect(addon().prepareMemory(new ArrayBuffer(100))).toBeLessThan(64);
    for (const call of [
      () => addon().prepareMemory(new Uint8Array(3) as never),
      () => addon().releaseMemory(3 as never),
    ])
      expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
