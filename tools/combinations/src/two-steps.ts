/** Two steps of a combination on the tiny model, and the second one again from the save after the first. */
import { rm } from "node:fs/promises";
import { train, type Run } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import type { TinyFolder } from "@tokenwise/testkit";
import type { PreferenceExample } from "@tokenwise/data";

export interface TwoSteps {
  readonly history: Run["history"];
  readonly states: Run["states"];
  /** The parameters of the trained model, one after the other. */
  readonly weights: readonly Float32Array[];
}

const settings = { steps: 2, batchSize: 3, learningRate: 0.01 } as const;

export async function twoSteps(
  method: Method,
  data: readonly PreferenceExample[],
  { model }: TinyFolder,
): Promise<TwoSteps> {
  return taken(await train({ ...settings, model, data, method }));
}

let saves = 0;

/**
 * @param make  the method; made anew for the run that resumes, so that what a closure keeps is lost as in another process.
 * @returns the run, and what resuming after its first step gave.
 */
export async function twoStepsAndSave(
  make: { readonly first: () => Method; readonly resumed: () => Method },
  data: readonly PreferenceExample[],
  folder: TinyFolder,
): Promise<{ readonly whole: TwoSteps; readonly resumed: TwoSteps }> {
  const output = folder.path(`saved-${++saves}`);
  const common = { ...settings, model: folder.model, data, output };
  const whole = taken(await train({ ...common, method: make.first(), checkpointEvery: 1 }));
  await rm(`${output}/checkpoint-2`, { recursive: true });
  const resumed = taken(await train({ ...common, method: make.resumed(), resume: true }));
  await rm(output, { recursive: true });
  return { whole, resumed };
}

/** What is kept of a run, whose model is let go. */
function taken({ history, states, model }: Run): TwoSteps {
  const weights = [...model.model.parameters.values()].map((variable) => variable.dataSync() as Float32Array);
  model.dispose();
  return { history, states, weights: weights.map((values) => values.slice()) };
}
