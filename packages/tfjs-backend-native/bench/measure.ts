/** Times on a machine that others use too: the best of several, taken alternately with what they are compared with. */
import { addon } from "../src/addon.ts";

/** Raw times of everything measured, in seconds, for the JSON file. */
export const rawTimes: Record<string, number[]> = {};

/** Seconds of one call. */
export function time(name: string, work: () => void): number {
  const started = performance.now();
  work();
  const seconds = (performance.now() - started) / 1_000;
  (rawTimes[name] ??= []).push(seconds);
  return seconds;
}

/** The best of `rounds` times of each, in turns, so that a disturbance hits all of them. */
export function inTurns<Name extends string>(
  works: Readonly<Record<Name, () => void>>,
  rounds = 5,
): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, Infinity])) as Record<Name, number>;
  for (const name of names) works[name](); // caches, pages, threads
  for (let round = 0; round < rounds; round++)
    for (const name of names) best[name] = Math.min(best[name], time(name, works[name]));
  return best;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** float32 operations a second that all threads do together at most: the best of some short runs. */
export function floatPeak(runs = 8): number {
  const rates = Array.from({ length: runs }, () => {
    const started = performance.now();
    return addon().peakMultiplyAdds(1_000_000) / ((performance.now() - started) / 1_000);
  });
  return Math.max(...rates);
}

/** Bytes a second of a = b + c·d on 128 MiB arrays: two read, one written. */
export function triadRate(runs = 8): number {
  const count = 32 << 20;
  const [a, b, out] = [1, 2, 3].map((value) => new Float32Array(count).fill(value)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const seconds = Array.from({ length: runs }, () => time("triad", () => addon().peakTriad(a, b, 0.5, out)));
  return (12 * count) / Math.min(...seconds);
}
