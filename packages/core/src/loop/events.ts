import type { ReadReport } from "@tokenwise/data";
import type { ExampleUnit } from "../plan/dataset.ts";
import type { InspectedGroup } from "../step/inspect-batch.ts";
import type { StepMetrics } from "./session.ts";

export interface Sample {
  readonly prompt: string;
  readonly response: string;
}

/** What a run tells while it goes. */
export type TrainEvent =
  | { readonly type: "data"; readonly file: string; readonly report: ReadReport }
  | {
      readonly type: "start";
      readonly backend: string;
      readonly examples: number;
      /** What an example is: the prompts of a source have no candidates before the step. */
      readonly unit: ExampleUnit;
      readonly steps: number;
      /** Steps that a checkpoint had already taken. */
      readonly resumedAt: number;
      readonly reference: "unused" | "cached" | "live" | "sampled";
      /** Trained numbers. */
      readonly parameters: number;
    }
  | { readonly type: "reference"; readonly done: number; readonly total: number }
  | {
      readonly type: "step";
      readonly step: number;
      readonly steps: number;
      /** Passes over the data so far. */
      readonly epoch: number;
      readonly metrics: StepMetrics;
      readonly seconds: number;
      readonly examples: number;
    }
  /** Metrics before the first update have step 0. */
  | { readonly type: "evaluate"; readonly step: number; readonly metrics: StepMetrics }
  /** Continuations of prompts, before the first step (0) and after the last one. */
  | { readonly type: "samples"; readonly step: number; readonly samples: readonly Sample[] }
  /** What the method makes of the tokens of a few rows, at the same steps. */
  | { readonly type: "tokens"; readonly step: number; readonly groups: readonly InspectedGroup[] }
  /** What a part found in a step that the user should know; the same sentence once in a run. */
  | { readonly type: "warning"; readonly step: number; readonly part: string; readonly message: string }
  | { readonly type: "checkpoint"; readonly step: number; readonly folder: string }
  | { readonly type: "end"; readonly step: number; readonly interrupted: boolean };
