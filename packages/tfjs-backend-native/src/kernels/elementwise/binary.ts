/** Operations on the numbers of two tensors, with broadcasting. */
import { addon } from "../../addon.ts";
import { codesFrom, partialKernel } from "../partial-kernel.ts";
import { broadcast } from "./broadcast.ts";

const names = ["Add", "Sub", "Multiply", "RealDiv", "Maximum", "Minimum", "SquaredDifference", "Pow"];
const codeOf = codesFrom(() => addon().binaryNames());

const comparisonNames = ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"];
const comparisonCodeOf = codesFrom(() => addon().comparisonNames());

const logicalNames = ["LogicalAnd", "LogicalOr"];
const logicalCodeOf = codesFrom(() => addon().logicalNames());

export const binary = names.map((name) =>
  partialKernel(name, ({ inputs, backend }) => {
    const [a, b] = [inputs.a!, inputs.b!];
    const plan = a.dtype === "float32" && b.dtype === "float32" ? broadcast(a.shape, b.shape) : undefined;
    if (plan === undefined) return undefined;
    const { info, values } = backend.allocate(plan.shape);
    if (values.length > 0) addon().binary(codeOf(name), backend.floatsOf(a), backend.floatsOf(b), values, ...plan.axes);
    return info;
  }),
);

export const comparisons = comparisonNames.map((name) =>
  partialKernel(name, ({ inputs, backend }) => {
    const [a, b] = [inputs.a!, inputs.b!];
    const isKnown = a.dtype === b.dtype && (a.dtype === "float32" || a.dtype === "int32");
    const plan = isKnown ? broadcast(a.shape, b.shape) : undefined;
    if (plan === undefined) return undefined;
    const { info, values } = backend.allocate(plan.shape, "bool");
    if (values.length === 0) return info;
    const [x, y] =
      a.dtype === "int32" ? [backend.intsOf(a), backend.intsOf(b)] : [backend.floatsOf(a), backend.floatsOf(b)];
    addon().compare(comparisonCodeOf(name), x, y, values, ...plan.axes);
    return info;
  }),
);

export const logical = logicalNames.map((name) =>
  partialKernel(name, ({ inputs, backend }) => {
    const [a, b] = [inputs.a!, inputs.b!];
    const plan = a.dtype === "bool" && b.dtype === "bool" ? broadcast(a.shape, b.shape) : undefined;
    if (plan === undefined) return undefined;
    const { info, values } = backend.allocate(plan.shape, "bool");
    if (values.length > 0)
      addon().logical(logicalCodeOf(name), backend.boolsOf(a), backend.boolsOf(b), values, ...plan.axes);
    return info;
  }),
);
