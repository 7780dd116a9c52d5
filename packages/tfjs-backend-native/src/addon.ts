/** The C++ addon: built by the install script, or prebuilt. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { NativeError } from "./native-error.ts";

/** Every function checks its arguments and throws an Error with a `code`: ERR_NATIVE_ARGUMENT, ERR_NATIVE_MEMORY. */
export interface Addon {
  /** Does nothing: what a call costs. */
  empty(): void;
  /** In use, and those that the processor has, from the best, parted by spaces. */
  instructionSet(): string;
  instructionSets(): string;
  /** What the choice of kernels has to say; empty if nothing. */
  dispatchMessage(): string;
  threadCount(): number;
  setThreadCount(count: number): void;
  /** Runs chains of multiply-adds on all threads; the number of operations done. */
  peakMultiplyAdds(rounds: number): number;
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
  /** Whether the kernels in use have dot products of bfloat16. */
  hasBf16(): boolean;
  /** Along the rows of a matrix. */
  softmax(x: Float32Array, rows: number, columns: number, out: Float32Array): void;
  logSoftmax(x: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /** dx = dy − exp(logProbs)·Σ dy. */
  logSoftmaxGradient(dy: Float32Array, logProbs: Float32Array, rows: number, columns: number, dx: Float32Array): void;
}

interface Loader {
  (folder: string): Addon;
  resolve(folder: string): string;
}

const load = createRequire(import.meta.url)("node-gyp-build") as Loader;

/** This package, from src/ as from dist/. */
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));

let loaded: Addon | undefined;

/**
 * The addon, loaded when it is first asked for: from build/Release if it was built here, else from prebuilds/.
 *
 * @throws ERR_NATIVE_NOT_BUILT
 */
export function addon(): Addon {
  try {
    return (loaded ??= load(packageFolder));
  } catch (cause) {
    throw new NativeError(
      "ERR_NATIVE_NOT_BUILT",
      "the addon of @tokenwise/tfjs-backend-native is not there: its C++ sources were not compiled, and there is no prebuilt one for this platform",
      { cause },
    );
  }
}

/** The file that is, or would be, loaded. */
export const addonPath = (): string => load.resolve(packageFolder);
