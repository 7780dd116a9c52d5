import { describe, expect, it } from "vitest";
import { describeMark, gradientMarks } from "./gradient-marks.ts";
import type { ReportRun } from "./report.ts";

const run = (norms: readonly number[], configuration: unknown = {}, parts: readonly number[] = []): ReportRun => ({
  name: "run",
  configuration,
  environment: {},
  steps: norms.map((norm, index) => ({
    step: index + 1,
    metrics: { grad_norm: norm, ...(parts[index] !== undefined && { "grad_norm/parts": parts[index] }) },
  })),
  evaluations: [],
  warnings: [],
});

describe("marks of gradient norms", () => {
  it("stand where the norm was above the clip, and nowhere if nothing is clipped", () => {
    expect(gradientMarks(run([0.5, 1, 1.5], { clip: 1 }))).toEqual([{ step: 3, norm: 1.5, clip: 1 }]);
    expect(gradientMarks(run([0.5, 1, 1.5], { clip: null }))).toEqual([]);
  });

  it("count what parts train, as the trainer clips by the norm over everything", () => {
    expect(gradientMarks(run([0.8], { clip: 1 }, [0.8]))).toEqual([{ step: 1, norm: 0.8, clip: 1 }]);
  });

  it("stand where the norm is more than five times the median of the steps before, once there are five", () => {
    const marks = gradientMarks(run([9, 1, 1, 1, 1, 5, 5.1, 1]));
    expect(marks).toEqual([{ step: 7, norm: 5.1, median: 1 }]);
    expect(describeMark(marks[0]!)).toMatch(/^Peak: 5.1 times the median/);
  });

  it("do not stop at a norm that is not finite, which JSON turns into null", () => {
    expect(gradientMarks(run([1, null as unknown as number, 2], { clip: 1 }))).toEqual([{ step: 3, norm: 2, clip: 1 }]);
  });
});
