import type { ReadReport } from "@tokenwise/data";
import type { StepMetrics } from "./session.ts";

/** What a run tells while it goes. */
export type TrainEvent =
  | { readonly type: "data"; readonly file: string; readonly report: ReadReport }
  | {
      readonly type: "start";
      readonly backend: string;
      readonly examples: number;
      readonly steps: number;
      /** Steps that a checkpoint had already taken. */
      readonly resumedAt: number;
      readonly reference: "unused" | "cached" | "live";
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
  | { readonly type: "checkpoint"; readonly step: number; readonly folder: string }
  | { readonly type: "end"; readonly step: number; readonly interrupted: boolean };
