/**
 * Matrix products in the form that a backend runs fast.
 *
 * TensorFlow.js's wasm backend multiplies transposed or batched operands 10–20 times slower than plain ones, packs the right operand anew for
 * every new tensor (slow: several nanoseconds a number), and keeps that copy as long as the tensor lives.
 */
import { tf } from "@tokenwise/kit";
import { entriesOf } from "./entries-of.ts";

export interface Transposition {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Nanoseconds a number, measured: packing the right operand, and transposing. Only their ratio matters. */
const PACK = 7.5;
const TRANSPOSE = 2.5;

/** a·b of two matrices, either of them transposed first. */
export function product(
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA = false, transposeB = false }: Transposition = {},
): tf.Tensor2D {
  if (tf.getBackend() !== "wasm") return tf.matMul<tf.Tensor2D>(a, b, transposeA, transposeB);
  return tf.tidy(() => {
    const rows = (transposeA ? a.shape[1] : a.shape[0])!;
    const columns = (transposeB ? b.shape[0] : b.shape[1])!;
    const direct = PACK * b.size + (transposeA ? TRANSPOSE * a.size : 0) + (transposeB ? TRANSPOSE * b.size : 0);
    const flipped =
      PACK * a.size + TRANSPOSE * ((transposeA ? 0 : a.size) + (transposeB ? 0 : b.size) + rows * columns);
    if (direct <= flipped) {
      const left = transposeA ? tf.transpose(a) : a;
      const right = transposeB ? tf.transpose(b) : b;
      return tf.matMul<tf.Tensor2D>(left, right);
    }
    const left = transposeB ? b : tf.transpose(b);
    const right = transposeA ? a : tf.transpose(a);
    return tf.transpose(tf.matMul<tf.Tensor2D>(left, right));
  });
}

/** Products of K pairs of matrices: a [K,·,·] and b [K,·,·]. */
export function batchedProduct(a: tf.Tensor3D, b: tf.Tensor3D, transposition: Transposition = {}): tf.Tensor3D {
  if (tf.getBackend() !== "wasm") return tf.matMul(a, b, transposition.transposeA, transposition.transposeB);
  return tf.tidy(() => {
    const matrix = (x: tf.Tensor3D, i: number): tf.Tensor2D => {
      const [, rows, columns] = x.shape;
      return tf.reshape(entriesOf(x, 0, i, 1), [rows, columns]);
    };
    const products = Array.from({ length: a.shape[0] }, (_, i) => product(matrix(a, i), matrix(b, i), transposition));
    const [rows, columns] = products[0]!.shape;
    return tf.reshape(products.length === 1 ? products[0]! : tf.concat(products, 0), [products.length, rows, columns]);
  });
}
