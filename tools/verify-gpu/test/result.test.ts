import { expect, it } from "vitest";
import { casesOf, verifySchema } from "../src/result.ts";

const check = (field: string, error: number | null) => ({ field, error, tolerance: 1e-5 });

it("of each case the comparison is kept that goes furthest beyond its tolerance, and what is not a number goes furthest", () => {
  const verified = verifySchema.parse({
    summary: "two cases",
    files: [
      {
        file: "a.json",
        results: [
          { name: "one", kind: "TDPO", status: "holds", checks: [check("loss", 1e-7), check("beta", 2e-6)] },
          { name: "two", kind: "TDPO", status: "short", checks: [check("loss", 1), check("beta", null)] },
          { name: "three", kind: null, status: "not applicable", checks: [] },
        ],
      },
      { file: "b.json", problem: "no such file" },
    ],
  });
  expect(casesOf(verified)).toEqual([
    { file: "a.json", name: "one", kind: "TDPO", status: "holds", comparisons: 2, worst: check("beta", 2e-6) },
    { file: "a.json", name: "two", kind: "TDPO", status: "short", comparisons: 2, worst: check("beta", null) },
    { file: "a.json", name: "three", kind: null, status: "not applicable", comparisons: 0 },
    { file: "b.json", name: "", status: "unreadable", problem: "no such file" },
  ]);
});
