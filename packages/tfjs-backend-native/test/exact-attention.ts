/** Attention over prefix trees in double precision, a row at a time, and its gradient by formula: what the kernels are compared with. */

export interface Trees {
  readonly prefix: readonly [start: number, length: number];
  readonly branches: readonly (readonly [start: number, length: number])[];
}

export interface Counts {
  readonly rows: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
}

export type Numbers = ArrayLike<number>;

export const flatten = (trees: readonly Trees[]): number[] =>
  trees.flatMap(({ prefix, branches }) => [...prefix, branches.length, ...branches.flat()]);

const range = (start: number, end: number) => Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);

/** For each row that stands in a tree, the rows that it sees. */
export function sights(trees: readonly Trees[]): Map<number, number[]> {
  const seen = new Map<number, number[]>();
  for (const { prefix, branches } of trees) {
    const before = range(prefix[0], prefix[0] + prefix[1]);
    for (const row of before) seen.set(row, range(prefix[0], row + 1));
    for (const [start, length] of branches)
      for (const row of range(start, start + length)) seen.set(row, [...before, ...range(start, row + 1)]);
  }
  return seen;
}

interface Inputs {
  readonly q: Numbers;
  readonly k: Numbers;
  readonly v: Numbers;
}

const dot = (a: Numbers, atA: number, b: Numbers, atB: number, length: number): number => {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[atA + i]! * b[atB + i]!;
  return sum;
};

/** out, lse, and, if dy is given, the gradients. */
export function exactAttention(
  { q, k, v }: Inputs,
  trees: readonly Trees[],
  { rows, heads, keyValueHeads, headDim }: Counts,
  dy?: Numbers,
) {
  const zeros = (count: number) => new Float64Array(rows * count);
  const [out, lse, dq] = [zeros(heads * headDim), zeros(heads), zeros(heads * headDim)];
  const [dk, dv] = [zeros(keyValueHeads * headDim), zeros(keyValueHeads * headDim)];
  const scale = headDim ** -0.5;
  for (const [row, seen] of sights(trees))
    for (let head = 0; head < heads; head++) {
      const query = (row * heads + head) * headDim;
      const keys = seen.map((key) => (key * keyValueHeads + Math.floor((head * keyValueHeads) / heads)) * headDim);
      const scores = keys.map((key) => scale * dot(q, query, k, key, headDim));
      const most = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
      const weights = scores.map((score) => Math.exp(score - most) / total);
      lse[row * heads + head] = most + Math.log(total);
      keys.forEach((key, j) => {
        for (let i = 0; i < headDim; i++) out[query + i]! += weights[j]! * v[key + i]!;
      });
      if (dy === undefined) continue;
      const slopes = keys.map((key) => dot(dy, query, v, key, headDim));
      const mean = slopes.reduce((sum, slope, j) => sum + weights[j]! * slope, 0);
      keys.forEach((key, j) => {
        const slope = scale * weights[j]! * (slopes[j]! - mean);
        for (let i = 0; i < headDim; i++) {
          dq[query + i]! += slope * k[key + i]!;
          dk[key + i]! += slope * q[query + i]!;
          dv[key + i]! += weights[j]! * dy[query + i]!;
        }
      });
    }
  return { out, lse, dq, dk, dv };
}
