/** The C++ addon: built by the install script, or prebuilt. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ElementwiseAddon } from "./elementwise-addon.ts";
import { checkEnvironment } from "./environment.ts";
import { NativeError } from "./native-error.ts";

/** Every function checks its arguments and throws an Error with a `code`: ERR_NATIVE_ARGUMENT, ERR_NATIVE_MEMORY, ERR_NATIVE_FAILED. */
export interface Addon extends ElementwiseAddon {
  /** Does nothing: what a call costs. */
  empty(): void;
  /** In use, and those that the processor has, from the best, parted by spaces. */
  instructionSet(): string;
  instructionSets(): string;
  /** What the choice of kernels has to say; empty if nothing. */
  dispatchMessage(): string;
  threadCount(): number;
  setThreadCount(count: number): void;
  /** Asks for huge pages under a large buffer; the first offset whose address is a multiple of 64. */
  prepareMemory(buffer: ArrayBuffer): number;
  /** Detaches the buffer: its memory goes back to the system now. */
  releaseMemory(buffer: ArrayBuffer): void;
  /** Gives the pages that lie within these bytes back to the system; how many bytes those are. */
  discardMemory(buffer: ArrayBuffer, offset: number, bytes: number): number;
  /** Runs chains of multiply-adds on all threads; the number of operations done. */
  peakMultiplyAdds(rounds: number): number;
  /** The same of dot products of bfloat16, where the kernels in use have them. */
  peakBf16MultiplyAdds(rounds: number): number;
  /** out = a + factor·b. */
  peakTriad(a: Float32Array, b: Float32Array, factor: number, out: Float32Array): void;
  /**
   * c [m,n] = alpha·op(a)·op(b) (+ c) (+ bias [n]) (+ residual [m,n]), op(a) [m,k], op(b) [k,n].
   *
   * @param flags      1: a is stored transposed, 2: b is, 4: c is added to
   * @param precision  0: f32, 1: bf16 by the processor's dot products, 2: bf16 emulated
   * @param lda        how far apart the rows of a are stored; offsets are where the matrices begin
   */
  multiply(
    a: Float32Array,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
    flags: number,
    precision: number,
    alpha?: number,
    bias?: Float32Array,
    residual?: Float32Array,
    lda?: number,
    ldb?: number,
    ldc?: number,
    aOffset?: number,
    bOffset?: number,
    cOffset?: number,
  ): void;
  /**
   * `count` products whose matrices stand behind each other in a, b and c.
   *
   * @param aIndices  which matrix of a each product takes; all in order without it
   * @param bias      [n], added to each
   */
  multiplyBatch(
    a: Float32Array,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
    flags: number,
    precision: number,
    count: number,
    aIndices?: Int32Array,
    bIndices?: Int32Array,
    bias?: Float32Array,
  ): void;
  /** Whether the kernels in use have dot products of bfloat16. */
  hasBf16(): boolean;
  /** Along the rows of a matrix. */
  softmax(x: Float32Array, rows: number, columns: number, out: Float32Array): void;
  logSoftmax(x: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /** dx = dy − exp(logProbs)·Σ dy. */
  logSoftmaxGradient(dy: Float32Array, logProbs: Float32Array, rows: number, columns: number, dx: Float32Array): void;

  /** y = x·r·weight, r = 1/√(mean x² + ε): x, y [rows, width], weight [width], r [rows]. */
  rmsNorm(
    rows: number,
    width: number,
    x: Float32Array,
    weight: Float32Array,
    epsilon: number,
    y: Float32Array,
    r: Float32Array,
  ): void;
  rmsNormGradient(
    rows: number,
    width: number,
    dy: Float32Array,
    x: Float32Array,
    weight: Float32Array,
    r: Float32Array,
    dx: Float32Array,
    dweight: Float32Array,
  ): void;
  /** (x₁, x₂) → (x₁cos ∓ x₂sin, x₂cos ± x₁sin): x, y [rows, heads, 2·half], cos, sin [rows, 2·half]; the lower signs if `backwards`. */
  rope(
    rows: number,
    heads: number,
    half: number,
    x: Float32Array,
    cos: Float32Array,
    sin: Float32Array,
    backwards: boolean,
    y: Float32Array,
  ): void;
  /** out = gate·σ(gate)·up. */
  swiGlu(gate: Float32Array, up: Float32Array, out: Float32Array): void;
  swiGluGradient(dy: Float32Array, gate: Float32Array, up: Float32Array, dgate: Float32Array, dup: Float32Array): void;
  /** out [count, width] = table [rows, width] at ids [count]. */
  gatherRows(rows: number, count: number, width: number, table: Float32Array, ids: Int32Array, out: Float32Array): void;
  /** out [rows, width]: the sum of the rows of x [count, width] that have the id. */
  scatterRows(rows: number, count: number, width: number, x: Float32Array, ids: Int32Array, out: Float32Array): void;
  /** One step of AdamW for all parameters, in place in parameters, means and squares. `steps` counts this one. */
  adamW(
    parameters: readonly Float32Array[],
    gradients: readonly Float32Array[],
    means: readonly Float32Array[],
    squares: readonly Float32Array[],
    learningRates: Float64Array,
    weightDecays: Float64Array,
    beta1: number,
    beta2: number,
    epsilon: number,
    scale: number,
    steps: number,
  ): void;
  /** The square root of the sum of all squares, summed in double precision. */
  globalNorm(tensors: readonly Float32Array[]): number;
  /** Between float32 and 16 bits: bfloat16, IEEE binary16. Rounds to the nearest, ties to even. As many numbers as `to` has. */
  fromBf16(from: Uint16Array, to: Float32Array): void;
  fromF16(from: Uint16Array, to: Float32Array): void;
  toBf16(from: Float32Array, to: Uint16Array): void;
  toF16(from: Float32Array, to: Uint16Array): void;
  /**
   * Grouped-query attention over prefix trees. Sets out like q [rows, heads·headDim] and lse [rows, heads], the logarithms of the sums of
   * the exponentials of scores, for the gradient; k and v are [rows, keyValueHeads·headDim].
   *
   * @param trees  for each: start and length of its prefix, the number of its branches, then start and length of each
   */
  attentionForward(
    q: Float32Array,
    k: Float32Array,
    v: Float32Array,
    out: Float32Array,
    lse: Float32Array,
    trees: Int32Array,
    rows: number,
    heads: number,
    keyValueHeads: number,
    headDim: number,
  ): void;
  /** Sets dq, dk and dv, the gradients by q, k and v. */
  attentionBackward(
    dy: Float32Array,
    q: Float32Array,
    k: Float32Array,
    v: Float32Array,
    out: Float32Array,
    lse: Float32Array,
    dq: Float32Array,
    dk: Float32Array,
    dv: Float32Array,
    trees: Int32Array,
    rows: number,
    heads: number,
    keyValueHeads: number,
    headDim: number,
  ): void;
  /**
   * Reductions over the vocabulary, native/kernels/vocabulary.h. forms: three numbers for each (form, model, model against); values [k,n];
   * statistics [n, 2·(models + k)], for the gradient; logits [n,V] of each model.
   */
  reduceVocabulary(
    rows: number,
    columns: number,
    ids: Int32Array,
    forms: Int32Array,
    tilts: Float32Array,
    values: Float32Array,
    statistics: Float32Array,
    ...logits: readonly Float32Array[]
  ): void;
  /** Σ slopes [k,n] · gradients by the logits of model `by`; `out` [n,V] may be logits. */
  differentiateVocabulary(
    rows: number,
    columns: number,
    ids: Int32Array,
    forms: Int32Array,
    tilts: Float32Array,
    by: number,
    slopes: Float32Array,
    statistics: Float32Array,
    out: Float32Array,
    ...logits: readonly Float32Array[]
  ): void;
}

const require = createRequire(import.meta.url);

/** This package, from src/ as from dist/. */
export const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));

let loaded: Addon | undefined;

/**
 * The addon, loaded when it is first asked for.
 *
 * @throws ERR_NATIVE_NOT_BUILT, ERR_NATIVE_NOT_LOADED; ERR_NATIVE_OPTION where an environment variable is wrong
 */
export function addon(): Addon {
  if (loaded === undefined) {
    checkEnvironment();
    loaded = load(addonPath());
  }
  return loaded;
}

/** Loads the addon now, so that what is in the way is an error here, and not a warning of TensorFlow.js. @throws as `addon` */
export const loadAddon = (): void => void addon();

/**
 * The file that is loaded: that of build/Release if it was compiled here, else one of prebuilds/.
 *
 * @throws ERR_NATIVE_NOT_BUILT
 */
export function addonPath(): string {
  try {
    return (require("node-gyp-build") as { resolve(folder: string): string }).resolve(packageFolder);
  } catch (cause) {
    throw new NativeError(
      "ERR_NATIVE_NOT_BUILT",
      `the addon of @tokenwise/tfjs-backend-native was not compiled, and there is no prebuilt one for ${process.platform}-${process.arch}; to compile it: npx tfjs-backend-native-build`,
      { cause },
    );
  }
}

function load(path: string): Addon {
  try {
    return require(path) as Addon;
  } catch (cause) {
    throw new NativeError(
      "ERR_NATIVE_NOT_LOADED",
      `${path} cannot be loaded (${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}); to compile it anew: npx tfjs-backend-native-build`,
      { cause },
    );
  }
}
