import { tf } from "@tokenwise/kit";
import { runOperation, type Operation } from "./fused.ts";

/** Llama 3's change of low frequencies, as `rope_scaling` of type llama3 gives it. */
export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  readonly originalMaxPositionEmbeddings: number;
}

export interface RopeOptions {
  readonly theta: number;
  readonly headDim: number;
  readonly scaling?: Llama3Scaling | undefined;
}

/** Rotation of each position and frequency: cosine and sine, [N, headDim], both halves alike. */
export interface RopeTables {
  readonly cos: tf.Tensor2D;
  readonly sin: tf.Tensor2D;
}

/** Angular frequencies [headDim / 2], radians a position. */
export function ropeFrequencies({ theta, headDim, scaling }: RopeOptions): Float64Array {
  const frequencies = Float64Array.from({ length: headDim / 2 }, (_, i) => theta ** ((-2 * i) / headDim));
  if (scaling === undefined) return frequencies;
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings: context } = scaling;
  return frequencies.map((frequency) => {
    // Turns within the original context: many are left alone, few are stretched by the factor, those between are blended.
    const turns = (context * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor)));
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
}

/** Tables for the positions of a stream. */
export function ropeTables(positions: Int32Array, options: RopeOptions): RopeTables {
  const frequencies = ropeFrequencies(options);
  const half = frequencies.length;
  const cos = new Float32Array(positions.length * 2 * half);
  const sin = new Float32Array(cos.length);
  positions.forEach((position, n) => {
    for (let i = 0; i < half; i++) {
      // In double precision: at position 8,000 a float32 angle is off by 5e-4.
      const angle = position * frequencies[i]!;
      const at = n * 2 * half + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  });
  const shape: [number, number] = [positions.length, 2 * half];
  return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
}

/** The matrix that takes (x₁, x₂) to (−x₂, x₁): one product is cheaper than slicing every head in two. */
function halfTurn(headDim: number): tf.Tensor2D {
  const half = headDim / 2;
  const values = new Float32Array(headDim * headDim);
  for (let i = 0; i < half; i++) {
    values[(half + i) * headDim + i] = -1;
    values[i * headDim + half + i] = 1;
  }
  return tf.tensor2d(values, [headDim, headDim]);
}

/** x·cos ± turned(x)·sin for every head of x [N, heads·headDim]. */
function rotate(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor, backwards: boolean): tf.Tensor {
  const [rows, headDim] = cos.shape as [number, number];
  const heads = x.shape[1]! / headDim;
  const table = (values: tf.Tensor) => tf.reshape(values, [rows, 1, headDim]);
  const turned = tf.matMul(tf.reshape(x, [rows * heads, headDim]), halfTurn(headDim));
  const along = tf.mul(tf.reshape(x, [rows, heads, headDim]), table(cos));
  const across = tf.mul(tf.reshape(turned, [rows, heads, headDim]), table(sin));
  return tf.reshape(backwards ? tf.sub(along, across) : tf.add(along, across), x.shape);
}

/** Kernel FusedRoPE: inputs x [N, heads·headDim], cos, sin [N, headDim] (constants); no attributes; keeps cos and sin. */
const operation: Operation<Record<never, never>> = {
  kernel: "FusedRoPE",
  inputs: ["x"],
  keeps: ["cos", "sin"],
  forward: ({ x, cos, sin }) => [rotate(x!, cos!, sin!, false)],
  backward: ({ dy, cos, sin }) => [rotate(dy!, cos!, sin!, true)],
};

/** Rotary position embedding [Su et al. 2021], in the layout of Hugging Face (halves, not pairs): x [N, heads·headDim] → the same. */
export const rope = (x: tf.Tensor2D, { cos, sin }: RopeTables): tf.Tensor2D =>
  runOperation(operation, { x }, { cos, sin }, {}) as tf.Tensor2D;
