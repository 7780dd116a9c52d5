import { describe, expect, it } from "vitest";
import { count, duration, number, table } from "./format.ts";

describe("output", () => {
  it("shows numbers with four significant digits", () => {
    expect([0, 1, -12, 0.69314718, 1234.5678, 0.00012345, 1e-9, 1.5e9].map(number)).toEqual([
      ...["0", "1", "-12", "0.6931", "1235", "1.23e-4", "1.00e-9", "1.50e+9"],
    ]);
    expect([512, 12_345, 134_515_008, 1.3e9].map(count)).toEqual(["512", "12.3 k", "134.5 M", "1.3 G"]);
  });

  it("shows durations in the two largest units", () => {
    expect([0.4, 59.6, 200, 7500].map(duration)).toEqual(["0 s", "1 min 0 s", "3 min 20 s", "2 h 5 min"]);
  });

  it("aligns columns", () => {
    expect(table([["a", "1"], ["long", "2"]])).toBe("a     1\nlong  2\n"); // prettier-ignore
  });
});
