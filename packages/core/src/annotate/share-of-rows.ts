/** How often something holds among annotated rows, with what chance leaves open. */
import type { Annotator } from "@tokenwise/kit";
import type { AnnotatedRow } from "./annotated-rows.ts";

export interface AnnotatedShare {
  readonly name: string;
  readonly annotator: string;
  /** What it is the share of. */
  readonly what: string;
  /** That say something about it. */
  readonly rows: number;
  readonly mean: number;
  /** Of 95 %. */
  readonly low: number;
  readonly high: number;
  /** Whether the interval excludes one half, which chance gives. */
  readonly meaningful: boolean;
}

/** The normal distribution's 97.5 % quantile. */
const z = 1.959963984540054;

/** Wilson's interval [1927] for a share of n. */
export function wilson(mean: number, n: number): readonly [low: number, high: number] {
  if (n === 0) return [0, 1];
  const scale = 1 + (z * z) / n;
  const middle = (mean + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((mean * (1 - mean)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export const sharesOf = (annotator: Annotator, rows: readonly AnnotatedRow[]): readonly AnnotatedShare[] =>
  Object.entries(annotator.shares ?? {}).map(([name, what]) => {
    const values = rows.flatMap(({ shares }) => shares[name] ?? []);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const [low, high] = wilson(mean, values.length);
    const meaningful = low > 0.5 || high < 0.5;
    return { name, annotator: annotator.name, what, rows: values.length, mean, low, high, meaningful };
  });
