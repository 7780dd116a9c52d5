/** What is worth a look in the gradient norms of a run. */
import type { ReportRun } from "./report.ts";

export interface GradientMark {
  readonly step: number;
  readonly norm: number;
  /** The norm was above `clip`, and the update was scaled down to it. */
  readonly clip?: number;
  /** Median of the norms of the steps before, which this one exceeds by far. */
  readonly median?: number;
}

/** How many times the median is far above it. */
const far = 5;
/** Steps before, over which the median is taken. */
const window = 100;
/** A median over fewer says little. */
const fewest = 5;

export function gradientMarks({ configuration, steps }: ReportRun): readonly GradientMark[] {
  const clip = clipOf(configuration);
  const before: number[] = [];
  const marks: GradientMark[] = [];
  for (const { step, metrics } of steps) {
    const norm = metrics.grad_norm;
    if (typeof norm !== "number") continue; // none was logged, or JSON made null of what is not finite
    // The trainer clips by the norm over the model's and the parts' parameters together.
    const all = Math.hypot(norm, metrics["grad_norm/parts"] ?? 0);
    const middle = before.length < fewest ? undefined : median(before);
    const isClipped = clip !== undefined && all > clip;
    const isFar = middle !== undefined && norm > far * middle;
    if (isClipped || isFar) marks.push({ step, norm, ...(isClipped && { clip }), ...(isFar && { median: middle }) });
    before.push(norm);
    if (before.length > window) before.shift();
  }
  return marks;
}

/** What a mark means, in a sentence. */
export function describeMark({ norm, clip, median: middle }: GradientMark): string {
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return [
    ...(clip === undefined
      ? []
      : [
          `Clipped: the norm is above ${digits(clip)}, so the update kept its direction and was scaled to that length.`,
        ]),
    ...(middle === undefined
      ? []
      : [
          `Peak: ${digits(norm / middle)} times the median of up to ${window} steps before (${digits(middle)}). ` +
            "One such step is often an unusual batch; many of them, a learning rate that is too high.",
        ]),
  ].join(" ");
}

function clipOf(configuration: unknown): number | undefined {
  const { clip } = (configuration ?? {}) as { readonly clip?: unknown };
  return typeof clip === "number" ? clip : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}
