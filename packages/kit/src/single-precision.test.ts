import { describe, expect, it } from "vitest";
import { dpo } from "./index.ts";
import { beyondSingle, isSingle } from "./single-precision.ts";

describe("numbers that 32 bits hold", () => {
  it.each([0, -0, 1, -1e-37, 3.4e38, 2 ** 53, Math.fround(1e-30)])("%d is one", (value) => {
    expect(isSingle(value)).toBe(true);
  });

  it.each([1e-50, -1e-40, 1e39, -3.5e38, Infinity, NaN])("%d is none", (value) => {
    expect(isSingle(value)).toBe(false);
  });

  it("are looked for at every depth, but not in objects of classes", () => {
    const given = { beta: 1, of: [{ low: 1e-50 }, "1e-50", null], far: 1e39, own: new Float64Array([1e39]) };
    expect(beyondSingle(given).map(({ path }) => path)).toEqual([["of", 0, "low"], ["far"]]);
  });

  it.each([
    [{ beta: 1e-50 }, "dpo: beta: 32 bits hold sizes from 1.2e-38 to 3.4e38, found 1e-50"],
    [{ beta: 1e39 }, "found 1e+39"],
    [{ labelSmoothing: 1e-60 }, "labelSmoothing: "],
  ])("options with others are refused: %j", (options, message) => {
    expect(() => dpo(options)).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(() => dpo(options)).toThrow(message);
  });
});
