import { afterAll, describe, expect, it } from "vitest";
import { checkEnvironment } from "./environment.ts";
import { configure, emptyPool, poolStatistics, threadCount } from "./index.ts";

const { limitBytes } = poolStatistics();
const threads = threadCount();

afterAll(() => configure({ threads, poolBytes: limitBytes }));

describe("configure", () => {
  it("sets what it is given and leaves the rest", () => {
    configure({ threads: 3 });
    expect([threadCount(), poolStatistics().limitBytes]).toEqual([3, limitBytes]);
    configure({ poolBytes: 1000 });
    expect([threadCount(), poolStatistics().limitBytes]).toEqual([3, 1000]);
    emptyPool();
    expect(poolStatistics().heldBytes).toBe(0);
  });

  it("refuses what it does not know, and then sets nothing", () => {
    configure({ threads: 2 });
    const wrong: object[] = [
      { thread: 2 },
      { threads: 4, pool: 1 },
      { threads: 0 },
      { threads: 1.5 },
      { threads: "2" },
      { threads: 2000 },
      { threads: 4, poolBytes: -1 },
      { poolBytes: Infinity },
      { poolBytes: undefined },
    ];
    for (const options of wrong)
      expect(() => configure(options)).toThrow(expect.objectContaining({ code: "ERR_NATIVE_OPTION" }));
    expect(threadCount()).toBe(2);
  });
});

describe("TFJS_NATIVE_THREADS", () => {
  it("is a number of threads, or an error says so", () => {
    for (const TFJS_NATIVE_THREADS of [undefined, "", "1", "16"])
      expect(() =>
        checkEnvironment({ ...(TFJS_NATIVE_THREADS !== undefined && { TFJS_NATIVE_THREADS }) }),
      ).not.toThrow();
    for (const TFJS_NATIVE_THREADS of ["0", "two", "1.5", "-1", "4x", "2000"])
      expect(() => checkEnvironment({ TFJS_NATIVE_THREADS })).toThrow(
        expect.objectContaining({ code: "ERR_NATIVE_OPTION" }),
      );
  });
});
