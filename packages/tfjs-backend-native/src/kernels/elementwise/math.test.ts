import { beforeAll, describe, expect, it } from "vitest";
import { useNative } from "../../../test/against-cpu.ts";
import { addon } from "../../addon.ts";

beforeAll(useNative);

/** Worst error in units in the last place of the right result, and the argument that has it. */
function worst(got: Float32Array, x: Float32Array, exact: (x: number) => number) {
  let [error, at] = [0, 0];
  x.forEach((argument, i) => {
    const expected = exact(argument);
    const rounded = Math.fround(expected);
    const found = Math.abs(got[i]! - expected) / unit(rounded);
    if (Object.is(got[i], rounded) || (Number.isNaN(rounded) && Number.isNaN(got[i]))) return;
    if (!(found <= error)) [error, at] = [found, argument];
  });
  return { error, at };
}

/** The distance of neighbouring float32 numbers about a number. */
function unit(x: number): number {
  const exponent = Math.floor(Math.log2(Math.min(Math.max(Math.abs(x), 2 ** -126), 2 ** 127)));
  return 2 ** (exponent - 23);
}

/** Every float32 number in `step`, of all exponents and both signs, infinities and NaN among them. */
function everyNumber(step: number): Float32Array {
  const bits = new Uint32Array(Math.floor(2 ** 32 / step));
  for (let i = 0; i < bits.length; i++) bits[i] = i * step;
  const edges = [
    0,
    -0,
    1,
    -1,
    Infinity,
    -Infinity,
    NaN,
    88.72284,
    88.72283,
    -87.33655,
    -103.97208,
    -103.97207,
    2 ** -149,
  ];
  return Float32Array.from([...edges, ...new Float32Array(bits.buffer)]);
}

const logistic = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const functions: readonly (readonly [name: string, exact: (x: number) => number, units: number])[] = [
  ["Exp", Math.exp, 1.1],
  ["Log", Math.log, 1],
  ["Log1p", Math.log1p, 1],
  ["Expm1", Math.expm1, 1.7],
  ["Sigmoid", logistic, 2.5],
  ["Softplus", softplus, 2],
  ["Tanh", Math.tanh, 2.5],
  ["Sqrt", Math.sqrt, 0.5],
  ["Rsqrt", (x) => 1 / Math.sqrt(x), 1.5],
  ["Reciprocal", (x) => 1 / x, 0.5],
];

describe("elementary functions", () => {
  for (const [name, exact, units] of functions)
    it(`${name} is within ${units} units in the last place of every kind of number`, () => {
      const x = everyNumber(40_009);
      const out = new Float32Array(x.length);
      addon().unary(addon().unaryNames().split(" ").indexOf(name), x, out, 0, 0);
      const { error, at } = worst(out, x, exact);
      expect(error, `${name}(${at})`).toBeLessThanOrEqual(units);
    });

  it("have the same bits at every place of an array", () => {
    for (const [name] of functions) {
      const code = addon().unaryNames().split(" ").indexOf(name);
      const x = new Float32Array(100).fill(0.7310586);
      const out = new Float32Array(100);
      addon().unary(code, x, out, 0, 0);
      expect(new Set(out).size).toBe(1);
    }
  });
});
