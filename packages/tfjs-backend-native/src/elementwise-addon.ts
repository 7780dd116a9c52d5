/** The addon's functions for unfused operations. Codes are places in the lists of names; attributes p and q belong to the operation. */

/** The output's sizes over four axes, the last one the fastest, and each operand's axes as bits (the first is 1, the last 8). */
type Broadcast = readonly [
  size0: number,
  size1: number,
  size2: number,
  size3: number,
  axesOfA: number,
  axesOfB: number,
];

export type AnyNumbers = Float32Array | Int32Array | Uint8Array;

export interface ElementwiseAddon {
  /** Names of TensorFlow.js's kernels, parted by spaces. */
  unaryNames(): string;
  testNames(): string;
  binaryNames(): string;
  comparisonNames(): string;
  logicalNames(): string;
  reductionNames(): string;

  unary(code: number, x: Float32Array, out: Float32Array, p: number, q: number): void;
  test(code: number, x: Float32Array, out: Uint8Array): void;
  binary(code: number, a: Float32Array, b: Float32Array, out: Float32Array, ...shape: Broadcast): void;
  /** Both operands are Float32Array, or both Int32Array. */
  compare(
    code: number,
    a: Float32Array | Int32Array,
    b: Float32Array | Int32Array,
    out: Uint8Array,
    ...shape: Broadcast
  ): void;
  logical(code: number, a: Uint8Array, b: Uint8Array, out: Uint8Array, ...shape: Broadcast): void;
  /** `yes` where `where` is 1, else `no`. */
  select(where: Uint8Array, yes: Float32Array, no: Float32Array, out: Float32Array): void;
  /** The sum of 2 to 31 arrays. */
  addAll(out: Float32Array, ...terms: readonly Float32Array[]): void;
  /** float32 to int32 as JavaScript does it, int32 to float32, or bytes to float32. */
  convert(x: AnyNumbers, out: Float32Array | Int32Array): void;

  /** x [outer, middle, inner] → out [outer, inner], divided by `divisor`. */
  reduce(
    code: number,
    x: Float32Array,
    out: Float32Array,
    outer: number,
    middle: number,
    inner: number,
    divisor: number,
  ): void;
  /** x [out.length, count] → where each row's greatest (or least) number first stands. */
  argExtreme(greatest: boolean, x: Float32Array, out: Int32Array, count: number): void;

  /** Moves numbers; `plan` is [from start, to start, then for each axis size, from stride, to stride]. */
  copy(x: AnyNumbers, out: AnyNumbers, plan: Float64Array, axes: number): void;
  /** x [batch, outer, rows, length], ids [batch, count] → out [batch, outer, count, length]. */
  gather(
    x: AnyNumbers,
    ids: Int32Array,
    out: AnyNumbers,
    batch: number,
    outer: number,
    rows: number,
    count: number,
    length: number,
  ): void;
  /** out [rows, length] = sums of the rows of x [ids.length, length] by id; ids outside of [0, rows) are left out. */
  scatterAdd(x: Float32Array, ids: Int32Array, out: Float32Array, rows: number, length: number): void;
}
