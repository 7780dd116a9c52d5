import { settingsSchema, train, type Run, type TrainOptions } from "@tokenwise/core";
import { countFlops } from "./count-flops.ts";
import type { MethodCost } from "./steps-for-flops.ts";

/** Floating-point operations of matrix products, as `countFlops` counts them. */
export interface TrainingFlops {
  /** One row that goes through the whole method first. */
  readonly before: number;
  /** The log-probs of a reference that are kept, of the rows that the steps take. */
  readonly reference: number;
  /** Of all steps. */
  readonly steps: number;
}

export interface CountedRun {
  readonly run: Run;
  readonly flops: TrainingFlops;
  /** Of the same method with another number of steps. */
  readonly cost: MethodCost;
}

/**
 * `train`, and what it computes. Evaluations and samples that the options ask for count as steps.
 *
 * @throws as `train` and `countFlops`.
 */
export async function trainCounted(options: TrainOptions): Promise<CountedRun> {
  let [before, started, examples] = [undefined as number | undefined, 0, 0];
  const { flops, value: run } = await countFlops((soFar) =>
    train({
      ...options,
      onEvent: (event) => {
        if (event.type === "reference") before ??= soFar();
        if (event.type === "start") [started, examples] = [soFar(), event.examples];
        options.onEvent?.(event);
      },
    }),
  );
  const counted = { before: before ?? started, reference: started - (before ?? started), steps: flops - started };
  const epochSteps = Math.ceil(examples / settingsSchema.shape.batchSize.parse(options.batchSize));
  const perStep = counted.reference / Math.min(run.steps, epochSteps);
  const cost = { before: counted.before, step: counted.steps / run.steps, reference: { perStep, epochSteps } };
  return { run, flops: counted, cost };
}
