import { describe, expect, it } from "vitest";
import { smooth, spread, thin, type Point } from "./thin.ts";

const points: readonly Point[] = Array.from({ length: 10_000 }, (_, step) => [step, step === 6543 ? 99 : step % 7]);

describe("drawing fewer points", () => {
  it("keeps the first, the last and every peak, in order", () => {
    const drawn = thin(points, 400);
    expect(drawn.length).toBeLessThanOrEqual(400);
    expect([drawn[0], drawn.at(-1)]).toEqual([points[0], points.at(-1)]);
    expect(drawn).toContainEqual([6543, 99]);
    const steps = drawn.map(([step]) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it("changes nothing where there are few", () => {
    expect(thin(points.slice(0, 400), 400)).toEqual(points.slice(0, 400));
  });
});

describe("a table of fewer rows", () => {
  it("has the first and the last, and no row twice", () => {
    const rows = spread(points, 200).map(([step]) => step);
    expect([rows.length, rows[0], rows.at(-1), new Set(rows).size]).toEqual([200, 0, 9999, 200]);
  });
});

describe("smoothing", () => {
  it("takes the mean over the last steps, or as many as there are", () => {
    const line: readonly Point[] = [1, 3, 5, 7].map((value, step) => [step, value]);
    expect(smooth(line, 2).map(([, value]) => value)).toEqual([1, 2, 4, 6]);
    expect(smooth(line, 1)).toEqual(line);
  });
});
