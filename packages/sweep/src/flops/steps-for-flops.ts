/**
 * The number of steps that computes most nearly as much as a budget; 0 where what comes before the first step leaves less than half a step.
 *
 * @param cost  of a method, in the unit of the budget: what comes before its first step, and one step.
 * @throws RangeError  if a step costs nothing.
 */
export function stepsForFlops(
  budget: number,
  { before, step }: { readonly before: number; readonly step: number },
): number {
  if (!(step > 0)) throw new RangeError(`a step of ${step} FLOPs`);
  return Math.max(0, Math.round((budget - before) / step));
}
