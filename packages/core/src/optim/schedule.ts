export type ScheduleKind = "constant" | "linear" | "cosine";

export interface Schedule {
  readonly kind: ScheduleKind;
  /** Steps over which the rate rises linearly from 0. */
  readonly warmupSteps: number;
  /** All steps of the run. */
  readonly totalSteps: number;
}

/** The factor on the learning rate at a step, from 1: warm-up, then constant, or falling to 0 linearly or by a half cosine. */
export function scheduleFactor({ kind, warmupSteps, totalSteps }: Schedule, step: number): number {
  const done = step - 1;
  if (done < warmupSteps) return done / warmupSteps;
  if (kind === "constant") return 1;
  const progress = Math.min(1, (done - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return kind === "linear" ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
}
