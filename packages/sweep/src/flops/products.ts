/** The floating-point operations of the kernels that multiply matrices, from the shapes that they are given: two for each multiply-add. */
import type { tf } from "@tokenwise/kit";

interface Call {
  readonly inputs: tf.NamedTensorInfoMap;
  readonly attributes: tf.NamedAttrMap;
}

const numbersOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const shapeOf = ({ inputs }: Call, name: string): readonly number[] => inputs[name]!.shape;

/** a [..., m, k] · b [..., k, n], either transposed; the axes before are broadcast. */
function batched(call: Call): number {
  const [a, b] = [shapeOf(call, "a"), shapeOf(call, "b")];
  const { transposeA, transposeB } = call.attributes;
  const axes = Math.max(a.length, b.length) - 2;
  const lengthAt = (shape: readonly number[], axis: number) => shape.at(-3 - axis) ?? 1;
  let products = 1;
  for (let axis = 0; axis < axes; axis++) {
    const [ofA, ofB] = [lengthAt(a, axis), lengthAt(b, axis)];
    products *= ofA === 1 ? ofB : ofA;
  }
  const [m, k] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  return 2 * products * m * k * b.at(transposeB ? -2 : -1)!;
}

/** "ij,jk->ik": a multiply-add for each combination of the indices; a single tensor is summed, and multiplied with nothing. */
function einsum({ inputs, attributes }: Call): number {
  const tensors = Object.values(inputs);
  if (tensors.length < 2) return 0;
  const lengths = new Map<string, number>();
  const terms = (attributes.equation as string).replace(/\s/g, "").split("->")[0]!.split(",");
  terms.forEach((term, i) => [...term].forEach((index, axis) => lengths.set(index, tensors[i]!.shape[axis]!)));
  return 2 * numbersOf([...lengths.values()]);
}

/** x [N, in] · weightᵀ, weight [out, in]. */
const linear = (call: Call): number => 2 * numbersOf(shapeOf(call, "x")) * shapeOf(call, "weight")[0]!;

/**
 * A multiply-add for each number of a row of queries and each key that a row sees, over all rows. `trees`: for each, start and length of its
 * prefix, the number of its branches, then start and length of each.
 */
function visible(call: Call): number {
  const trees = call.attributes.trees as readonly number[];
  let pairs = 0;
  for (let at = 0; at < trees.length;) {
    const [, prefix, branches] = trees.slice(at, at + 3) as [number, number, number];
    pairs += (prefix * (prefix + 1)) / 2;
    at += 3;
    for (let branch = 0; branch < branches; branch++, at += 2) {
      const length = trees[at + 1]!;
      pairs += length * prefix + (length * (length + 1)) / 2;
    }
  }
  return 2 * pairs * shapeOf(call, "q")[1]!;
}

/**
 * By kernel. The other kernels of `@tokenwise/tfjs-backend-native` gather, normalize, rotate, gate or reduce: none of them multiplies matrices.
 */
export const productsOf: ReadonlyMap<string, (call: Call) => number> = new Map([
  ["BatchMatMul", batched],
  ["_FusedMatMul", batched],
  ["Einsum", einsum],
  ["FusedLinear", linear],
  // By x and by the weight. The gradient by the bias is a sum.
  ["FusedLinearGrad", (call) => 2 * linear(call)],
  // aᵀ·b: a [n, V], b [n, D].
  ["FusedAddProduct", (call) => 2 * numbersOf(shapeOf(call, "a")) * shapeOf(call, "b")[1]!],
  // Scores and output.
  ["FusedPrefixTreeAttention", (call) => 2 * visible(call)],
  // Scores once more; the gradients by weights, values, queries and keys.
  ["FusedPrefixTreeAttentionGrad", (call) => 5 * visible(call)],
]);
