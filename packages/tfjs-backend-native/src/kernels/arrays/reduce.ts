/** Sums, means, products, extremes and where they stand. */
import { backend_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../../addon.ts";
import type { NativeBackend } from "../../backend.ts";
import { codesFrom, isNumeric, partialKernel, sizeOf } from "../partial-kernel.ts";
import { copy, mostAxes } from "./copy.ts";
import { permuted } from "./transpose.ts";

const codeOf = codesFrom(() => addon().reductionNames());

/** A tensor as [outer, middle, inner], the middle axis to be reduced. `order`: of the axes, if they must be permuted first. */
interface Plan {
  readonly outer: number;
  readonly middle: number;
  readonly inner: number;
  readonly order: readonly number[] | undefined;
}

function planOf(shape: readonly number[], axes: readonly number[]): Plan {
  const isReduced = shape.map((_, axis) => axes.includes(axis));
  let [outer, middle, inner] = [1, 1, 1];
  // 0: before the reduced axes, 1: among them, 2: behind them.
  let place = 0;
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    if (isReduced[axis]!) {
      if (place === 2) return permutedPlan(shape, isReduced);
      place = 1;
      middle *= length;
    } else if (place === 0) {
      outer *= length;
    } else {
      place = 2;
      inner *= length;
    }
  }
  return { outer, middle, inner, order: undefined };
}

function permutedPlan(shape: readonly number[], isReduced: readonly boolean[]): Plan {
  const all = [...shape.keys()];
  const [kept, reduced] = [all.filter((axis) => !isReduced[axis]), all.filter((axis) => isReduced[axis])];
  const size = (axes: readonly number[]) => sizeOf(axes.map((axis) => shape[axis]!));
  return { outer: size(kept), middle: size(reduced), inner: 1, order: [...kept, ...reduced] };
}

/** Calls `f` with the numbers in the order that the plan asks for. */
function inPlanOrder<R>(backend: NativeBackend, x: TensorInfo, { order }: Plan, f: (x: Float32Array) => R): R {
  const numbers = backend.floatsOf(x);
  if (order === undefined) return f(numbers);
  return backend.withScratch(sizeOf(x.shape), "float32", (scratch) => {
    copy(numbers, scratch, permuted(x.shape, order));
    return f(scratch);
  });
}

interface Attributes {
  readonly axis?: number | number[];
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

type Name = "Sum" | "Mean" | "Prod" | "Max" | "Min";

const reduction = (name: Name) =>
  partialKernel<Attributes>(name, ({ inputs, attributes, backend }) => {
    const x = inputs.x!;
    const isKnown = x.dtype === "float32" || (name === "Mean" && isNumeric(x));
    if (!isKnown || x.shape.length > mostAxes) return undefined;
    const axes = util.parseAxisParam((attributes.axis ?? attributes.reductionIndices)!, x.shape);
    const plan = planOf(x.shape, axes);
    // The extreme of nothing is a matter for TensorFlow.js.
    if (plan.middle === 0 && (name === "Max" || name === "Min")) return undefined;
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const { info, values } = backend.allocate(
      attributes.keepDims === true ? backend_util.expandShapeToKeepDim(shape, axes) : shape,
    );
    const { outer, middle, inner } = plan;
    const [code, divisor] = name === "Mean" ? [codeOf("Sum"), Math.max(1, middle)] : [codeOf(name), 1];
    inPlanOrder(backend, x, plan, (numbers) => addon().reduce(code, numbers, values, outer, middle, inner, divisor));
    return info;
  });

const position = (name: string, isGreatest: boolean) =>
  partialKernel<{ readonly axis: number }>(name, ({ inputs, attributes, backend }) => {
    const x = inputs.x!;
    if (x.dtype !== "float32" || x.shape.length > mostAxes) return undefined;
    const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
    const length = x.shape[axis] ?? 0;
    if (length === 0) return undefined;
    const { info, values } = backend.allocate(x.shape.toSpliced(axis, 1), "int32");
    const plan = permutedPlan(
      x.shape,
      x.shape.map((_, i) => i === axis),
    );
    const isLast = sizeOf(x.shape.slice(axis + 1)) === 1;
    inPlanOrder(backend, x, isLast ? { ...plan, order: undefined } : plan, (numbers) =>
      addon().argExtreme(isGreatest, numbers, values, length),
    );
    return info;
  });

const names: readonly Name[] = ["Sum", "Mean", "Prod", "Max", "Min"];

export const reductions = [...names.map(reduction), position("ArgMax", true), position("ArgMin", false)];
