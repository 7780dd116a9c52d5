/** A run beside the authors' run: how far they are apart. */
import type { Session, StepMetrics } from "@tokenwise/core";
import type { tf } from "@tokenwise/kit";
import type { Example } from "./golden-examples.ts";

export interface GoldenStep {
  readonly loss: number;
  /** L2 norm over the policy's parameters, before the optimizer step. */
  readonly gradNorm: number;
}

/** By parameter, [sum, L2 norm]. */
export type GoldenSums = Readonly<Record<string, readonly number[]>>;

export interface Followed {
  readonly metrics: readonly StepMetrics[];
  /** Largest difference, in nats. */
  readonly loss: number;
  /** Largest difference, relative. */
  readonly gradNorm: number;
}

/** Takes as many steps as the authors, all examples in each; `afterStep` sees the number of steps taken. */
export async function follow(
  session: Session,
  examples: readonly Example[],
  steps: readonly GoldenStep[],
  afterStep: (step: number) => void = () => undefined,
): Promise<Followed> {
  const metrics: StepMetrics[] = [];
  while (metrics.length < steps.length) {
    metrics.push(await session.train(examples));
    afterStep(session.step);
  }
  const largest = (apart: (step: GoldenStep, metrics: StepMetrics) => number): number =>
    Math.max(...steps.map((step, index) => Math.abs(apart(step, metrics[index]!))));
  return {
    metrics,
    loss: largest(({ loss }, ours) => ours.loss! - loss),
    gradNorm: largest(({ gradNorm }, ours) => ours.grad_norm! / gradNorm - 1),
  };
}

/** Largest difference of the sum and the norm of any parameter; infinite if one is missing. */
export function sumDifference(parameters: ReadonlyMap<string, tf.Tensor>, golden: GoldenSums): number {
  return Math.max(
    ...Object.entries(golden).flatMap(([name, [sum = NaN, norm = NaN]]) => {
      const parameter = parameters.get(name);
      if (!parameter) return [Infinity];
      const values = [...parameter.dataSync()];
      return [Math.abs(values.reduce((a, b) => a + b, 0) - sum), Math.abs(Math.hypot(...values) - norm)];
    }),
  );
}
