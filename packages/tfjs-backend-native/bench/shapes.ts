/** The products that are measured: squares, and all of a training step of SmolLM2-135M at 1,024 tokens, 512 of them predicted. */

/** C [m,n] = A [m,k] · B [k,n]. */
export interface Shape {
  readonly name: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const squares: readonly Shape[] = [1024, 1536, 2048].map((size) => ({ name: `${size}³`, m: size, n: size, k: size }));

/** Rows, inputs and outputs of a projection: forward, gradient by the input, gradient by the weight. */
const projection = (name: string, rows: number, inputs: number, outputs: number): readonly Shape[] => [
  { name: `${name}, forward`, m: rows, n: outputs, k: inputs },
  { name: `${name}, by input`, m: rows, n: inputs, k: outputs },
  { name: `${name}, by weight`, m: outputs, n: inputs, k: rows },
];

export const shapes: readonly Shape[] = [
  ...squares,
  ...projection("queries", 1024, 576, 576),
  ...projection("keys", 1024, 576, 192),
  ...projection("gate", 1024, 576, 1536),
  ...projection("down", 1024, 1536, 576),
  ...projection("vocabulary", 512, 576, 49_152),
];

export const operationsOf = ({ m, n, k }: Shape): number => 2 * m * n * k;
