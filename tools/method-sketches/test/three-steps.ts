/** Sessions of three steps on the golden tiny Llama. */
import type { SettingsInput, StepMetrics } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import { expect } from "vitest";
import { goldenSession, weightsOf, type Example, type Weights } from "../src/train/index.ts";
import { golden } from "./trajectories.ts";

/** Weights before the first and after each step; the caller disposes. */
export async function threeSteps(method: Method, examples: readonly Example[], settings: SettingsInput = {}) {
  const run = goldenSession(golden, method, examples, settings);
  const parts = (): Weights =>
    weightsOf(new Map([...run.session.partParameters.variables].map(([name, { variable }]) => [name, variable])));
  const weights = () => ({
    policy: weightsOf(run.policy.parameters),
    anchor: weightsOf((run.session.reference ?? run.reference).parameters),
    parts: parts(),
  });
  const metrics: StepMetrics[] = [];
  const after = [weights()];
  for (let step = 1; step <= 3; step++) {
    metrics.push(await run.session.train(examples));
    after.push(weights());
  }
  return { ...run, metrics, after };
}

/** All metrics are finite and the same to five decimals. */
export function expectSameMetrics(actual: readonly StepMetrics[], expected: readonly StepMetrics[]): void {
  actual.forEach((metrics, step) => {
    expect(Object.keys(metrics)).toEqual(Object.keys(expected[step]!));
    for (const [name, value] of Object.entries(metrics)) {
      expect(value, name).toSatisfy(Number.isFinite);
      expect(value, name).toBeCloseTo(expected[step]![name]!, 5);
    }
  });
}
