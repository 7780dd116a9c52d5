/** TensorFlow.js's unfused operations on large arrays, as works for memory-bound.ts. */
import { addon } from "../src/addon.ts";
import type { Work } from "./memory-bound.ts";

/** What a size of 2²⁵ numbers is as a matrix. */
const [rows, columns] = [8_192, 4_096];
const size = rows * columns;

const codeOf = (names: string, name: string): number => names.split(" ").indexOf(name);

export function elementwiseWorks(a: Float32Array, b: Float32Array, out: Float32Array): readonly Work[] {
  const native = addon();
  const [row, sums] = [a.slice(0, columns), new Float32Array(rows)];
  const bits = Float64Array.of(0, 0, columns, 1, rows, rows, columns, 1);
  const sum = codeOf(native.reductionNames(), "Sum");
  const multiply = codeOf(native.binaryNames(), "Multiply");
  const unary = (name: string): Work => ({
    name,
    moved: 2 * size,
    run: () => native.unary(codeOf(native.unaryNames(), name), a, out, -1, 1),
  });
  const binary = (name: string): Work => ({
    name,
    moved: 3 * size,
    run: () => native.binary(codeOf(native.binaryNames(), name), a, b, out, 1, 1, 1, size, 8, 8),
  });
  return [
    ...["Neg", "Square", "Sqrt", "Exp", "Log", "Sigmoid", "Tanh"].map(unary),
    ...["Add", "Multiply", "RealDiv", "Maximum"].map(binary),
    {
      name: "Multiply by a row",
      moved: 2 * size,
      run: () => native.binary(multiply, a, row, out, 1, 1, rows, columns, 12, 8),
    },
    { name: "Sum of rows", moved: size, run: () => native.reduce(sum, a, sums, rows, columns, 1, 1) },
    { name: "Transpose", moved: 2 * size, run: () => native.copy(a, out, bits, 2) },
  ];
}
