/** Operations on each number of a float32 tensor. */
import { addon } from "../../addon.ts";
import { codesFrom, partialKernel, sizeOf } from "../partial-kernel.ts";

interface Attributes {
  readonly alpha?: number;
  readonly clipValueMin?: number;
  readonly clipValueMax?: number;
}

const names = [
  ...["Neg", "Abs", "Square", "Sqrt", "Rsqrt", "Reciprocal", "Exp", "Expm1", "Log", "Log1p", "Sigmoid", "Tanh"],
  ...["Softplus", "Relu", "Relu6", "LeakyRelu", "Elu", "Sign", "Step", "ClipByValue"],
];
const codeOf = codesFrom(() => addon().unaryNames());

const testNames = ["IsNan", "IsInf", "IsFinite"];
const testCodeOf = codesFrom(() => addon().testNames());

export const unary = names.map((name) =>
  partialKernel<Attributes>(name, ({ inputs, attributes, backend }) => {
    const x = inputs.x!;
    if (x.dtype !== "float32") return undefined;
    const numbers = backend.floatsOf(x);
    const { info, values } = backend.allocate(x.shape);
    const { alpha, clipValueMin, clipValueMax } = attributes;
    addon().unary(codeOf(name), numbers, values, alpha ?? clipValueMin ?? 0, clipValueMax ?? 0);
    return info;
  }),
);

export const tests = testNames.map((name) =>
  partialKernel(name, ({ inputs, backend }) => {
    const x = inputs.x!;
    if (x.dtype !== "float32") return undefined;
    const { info, values } = backend.allocate(x.shape, "bool");
    addon().test(testCodeOf(name), backend.floatsOf(x), values);
    return info;
  }),
);

export const logicalNot = partialKernel("LogicalNot", ({ inputs, backend }) => {
  const x = inputs.x!;
  if (x.dtype !== "bool") return undefined;
  const numbers = backend.boolsOf(x);
  const { info, values } = backend.allocate(x.shape, "bool");
  for (let i = 0, size = sizeOf(x.shape); i < size; i++) values[i] = numbers[i] === 0 ? 1 : 0;
  return info;
});
