import { train, type Run, type TrainOptions } from "@tokenwise/core";
import { countFlops } from "./count-flops.ts";

/** Floating-point operations of matrix products, as `countFlops` counts them. */
export interface TrainingFlops {
  /** Up to the first step: the log-probs of a reference that is kept, and one row that goes through the whole method first. */
  readonly before: number;
  /** Of all steps. */
  readonly steps: number;
}

export interface CountedRun {
  readonly run: Run;
  readonly flops: TrainingFlops;
}

/**
 * `train`, and what it computes. Evaluations and samples that the options ask for count as steps.
 *
 * @throws as `train` and `countFlops`.
 */
export async function trainCounted(options: TrainOptions): Promise<CountedRun> {
  let before = 0;
  const { flops, value: run } = await countFlops((soFar) =>
    train({
      ...options,
      onEvent: (event) => {
        if (event.type === "start") before = soFar();
        options.onEvent?.(event);
      },
    }),
  );
  return { run, flops: { before, steps: flops - before } };
}
