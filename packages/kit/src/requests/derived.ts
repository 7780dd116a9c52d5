import type { Axis, AxisTypes } from "../contract/axes.ts";
import type { PreferenceBatch } from "../contract/batch.ts";
import { withStamp } from "../contract/kit-copy.ts";
import type { DerivedRequest, Needs, Values } from "./request.ts";

/** The batch and what was declared. */
export interface ReadView<N extends Needs = Needs> {
  readonly batch: PreferenceBatch;
  readonly read: Values<N>;
}

/** Compared by reference: one name with two functions is refused by the planner. */
export type Compute = (view: ReadView) => unknown;

/**
 * A quantity computed from others. `compute` is a function of the module, not a closure made per call.
 *
 * @example
 * const logRatio = derived("log-ratio", "B,T", { policy, reference }, ({ read }) => tf.sub(read.policy, read.reference));
 */
export function derived<const A extends Axis, N extends Needs>(
  name: string,
  axes: A,
  needs: N,
  compute: (view: ReadView<N>) => AxisTypes[A],
): DerivedRequest<AxisTypes[A]> {
  const definition = compute as unknown as Compute;
  return withStamp({ kind: "derived", name, options: null, models: [], axes, needs, compute: definition });
}
