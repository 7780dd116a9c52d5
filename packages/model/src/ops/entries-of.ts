import { tf } from "@tokenwise/kit";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** `count` consecutive entries of an axis, off the tape. */
export function entriesOf<T extends tf.Tensor>(x: T, axis: number, start: number, count: number): T {
  if (start === 0 && count === x.shape[axis]) return x;
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  const size = x.shape.map((length, i) => (i === axis ? count : length));
  if (tf.getBackend() === "wasm") return tf.tensor(copiedFromHeap(x, axis, start, count), size, x.dtype) as T;
  return tf.slice<tf.Rank, T>(x, begin, size);
}

/** On wasm TensorFlow.js's slice copies its whole input out of the heap, and its gather moves single numbers: 3 to 10 times slower. */
function copiedFromHeap(x: tf.Tensor, axis: number, start: number, count: number): Float32Array | Int32Array {
  const heap = (tf.backend() as BackendWasm).typedArrayFromHeap(x) as Float32Array | Int32Array;
  const product = (lengths: readonly number[]) => lengths.reduce((a, b) => a * b, 1);
  const [outer, inner] = [product(x.shape.slice(0, axis)), product(x.shape.slice(axis + 1))];
  const taken = x.dtype === "int32" ? new Int32Array(outer * count * inner) : new Float32Array(outer * count * inner);
  for (let block = 0; block < outer; block++) {
    const from = (block * x.shape[axis]! + start) * inner;
    taken.set(heap.subarray(from, from + count * inner), block * count * inner);
  }
  return taken;
}
