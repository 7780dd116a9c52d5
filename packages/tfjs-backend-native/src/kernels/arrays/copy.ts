/** Numbers moved to other places: the one function of the addon behind transposes, slices, pads, repeats and concatenations. */
import { addon } from "../../addon.ts";
import type { AnyNumbers } from "../../elementwise-addon.ts";

export interface Axis {
  readonly size: number;
  /** Strides in numbers. */
  readonly from: number;
  readonly to: number;
}

export const mostAxes = 8;

/** Used again by every call. */
const plan = new Float64Array(2 + 3 * mostAxes);

/** For every index i along the axes: out[toStart + Σ i·to] = x[fromStart + Σ i·from]. At most `mostAxes` of them. */
export function copy(x: AnyNumbers, out: AnyNumbers, axes: readonly Axis[], fromStart = 0, toStart = 0): void {
  plan[0] = fromStart;
  plan[1] = toStart;
  let at = 2;
  for (const { size, from, to } of axes) {
    plan[at++] = size;
    plan[at++] = from;
    plan[at++] = to;
  }
  addon().copy(x, out, plan, axes.length);
}

/** How many numbers lie between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Of numbers in order. */
export const inOrder = (size: number): readonly Axis[] => [{ size, from: 1, to: 1 }];
