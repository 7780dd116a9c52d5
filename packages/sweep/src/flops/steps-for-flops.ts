/** What a method computes, in the unit of a budget. */
export interface MethodCost {
  /** Before the first step, whatever the number of steps. */
  readonly before: number;
  readonly step: number;
  /** What comes beside every step of the first epoch, since it is kept: the log-probs of a reference. Default: nothing. */
  readonly reference?: { readonly perStep: number; readonly epochSteps: number };
}

/**
 * The number of steps that computes most nearly as much as a budget; 0 where what comes before the first step leaves less than half a step.
 *
 * @throws RangeError  if a step costs nothing.
 */
export function stepsForFlops(budget: number, { before, step, reference }: MethodCost): number {
  if (!(step > 0)) throw new RangeError(`a step of ${step} FLOPs`);
  const { perStep = 0, epochSteps = 0 } = reference ?? {};
  const left = budget - before;
  const isPastEpoch = left > epochSteps * (step + perStep);
  return Math.max(0, Math.round(isPastEpoch ? (left - epochSteps * perStep) / step : left / (step + perStep)));
}
