import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oddNumbers, strangers } from "../test/mutations.ts";
import { addon } from "./addon.ts";

/** A sane or an insane argument: short arrays and small numbers often enough that all of them may fit. */
const argument = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 32 }).map((length) => new Float32Array(length)) },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 8 }).map((ints) => new Int32Array(ints)),
  },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.integer({ min: 0, max: 9 }).map((length) => new Float32Array(length)),
      { maxLength: 3 },
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...strangers).map((make) => make()) },
);

describe("a wrong call", () => {
  it.each(Object.keys(addon()))("of %s is refused with a code, or does what it says", (name) => {
    const call = (addon() as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
    const threads = addon().threadCount();
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 18 }), (args) => {
        try {
          call(...args);
        } catch (error) {
          expect((error as { code?: unknown }).code).toMatch(/^ERR_NATIVE_/);
        }
      }),
      { numRuns: 500 },
    );
    addon().setThreadCount(threads);
  });
});
