/** The matrix product in plain loops and double precision: what others are held against. */

export interface Operands {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Sums of products, and the root of the sum of squared products, by which errors of rounding are measured; both [m,n]. */
export function plainProduct({ m, n, k, a, b, transposeA = false, transposeB = false }: Operands) {
  const sums = new Float64Array(m * n);
  const norms = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let squares = 0;
      for (let l = 0; l < k; l++) {
        const product = a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!;
        sum += product;
        squares += product ** 2;
      }
      sums[i * n + j] = sum;
      norms[i * n + j] = Math.sqrt(squares);
    }
  return { sums, norms };
}

/** Numbers within ±1, the same for the same seed. Hashed, not chained: rows of a linear generator are correlated. */
export function numbers(length: number, seed = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    let x = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}
