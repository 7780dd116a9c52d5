export { train, type TrainOptions } from "./loop/train.ts";
export type { Run } from "./loop/run-loop.ts";
export { evaluate, readsReference, readsRewards, type EvaluateOptions, type Evaluation } from "./loop/evaluate.ts";
export { inspect, type Inspection, type InspectOptions } from "./loop/inspect.ts";
export type { InspectedCandidate, InspectedGroup, InspectedToken } from "./step/inspect-batch.ts";
export {
  annotate,
  type Annotated,
  type AnnotatedColumn,
  type AnnotateEvent,
  type AnnotateOptions,
} from "./annotate/annotate.ts";
export { annotatorsOf } from "./annotate/annotators.ts";
export { columnFormats, type ColumnFormat } from "./annotate/row-files.ts";
export type { AnnotatedShare } from "./annotate/share-of-rows.ts";
export { groupOfOne, type Dataset, type RowKind, type RowOptions } from "./loop/load-examples.ts";
export type { PreferenceExample } from "@tokenwise/data";
export type { Sample, TrainEvent } from "./loop/events.ts";
export { Session, type SessionOptions, type StepMetrics } from "./loop/session.ts";
export {
  optimizerSettings,
  parseSettings,
  settingsSchema,
  totalSteps,
  type Settings,
  type SettingsInput,
} from "./loop/settings.ts";
export {
  languageModel,
  loadLanguageModel,
  stopTokensOf,
  type LanguageModel,
  type TextOptions,
} from "./language-model.ts";
export { planMethod, type Plan } from "./plan/plan.ts";
export { measuresOf, type Measures } from "./step/full-metrics.ts";
export { describeDataset, type DatasetFeatures } from "./plan/dataset.ts";
export type { PlannedPart, Slot } from "./plan/parts.ts";
export * from "./registry/index.ts";
export { adamW, type AdamWOptions } from "./optim/adamw.ts";
export { rmsProp, type RmsPropOptions } from "./optim/rmsprop.ts";
export { sgd } from "./optim/sgd.ts";
export type { Optimizer, Update } from "./optim/optimizer.ts";
export { scheduleFactor, type Schedule, type ScheduleKind } from "./optim/schedule.ts";
export { waitedFor } from "./waiting.ts";
export { permutation, seedFrom, uniform } from "./random.ts";
export { readRequests, type ReadRequestOptions } from "./step/read-requests.ts";
