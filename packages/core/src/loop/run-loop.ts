/** The loop of a run: step, evaluate, checkpoint. */
import type { PreferenceExample } from "@tokenwise/data";
import type { LanguageModel } from "../language-model.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import type { TrainEvent } from "./events.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { examplesOfStep } from "./order.ts";
import type { Session, StepMetrics } from "./session.ts";
import type { Settings } from "./settings.ts";
import { showRun } from "./show-run.ts";
import { partWarnings } from "./warnings.ts";

export interface Run {
  /** The trained model, ready to generate. */
  readonly model: LanguageModel;
  readonly steps: number;
  readonly interrupted: boolean;
  /** Metrics of every step that this call took. */
  readonly history: readonly { readonly step: number; readonly metrics: StepMetrics }[];
  /** Step 0 is before the first update. */
  readonly evaluations: readonly { readonly step: number; readonly metrics: StepMetrics }[];
  /** States of parts after the last step, by part. */
  readonly states: Readonly<Record<string, unknown>>;
}

export interface Loop {
  readonly session: Session;
  readonly examples: readonly PreferenceExample[];
  readonly evaluation: readonly PreferenceExample[];
  readonly settings: Settings;
  readonly steps: number;
  readonly store: CheckpointStore | undefined;
  readonly identity: Fingerprint;
  readonly language: LanguageModel;
  readonly emit: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** Steps, and between them what the settings ask for, until the last step or an abort. */
export async function runLoop(loop: Loop): Promise<Run> {
  const { session, examples, evaluation, settings, steps, store, identity, language, emit, signal } = loop;
  const history: { step: number; metrics: StepMetrics }[] = [];
  const evaluations: { step: number; metrics: StepMetrics }[] = [];
  const evaluate = async (): Promise<void> => {
    if (evaluation.length === 0) return;
    const metrics = await session.evaluate(evaluation);
    evaluations.push({ step: session.step, metrics });
    emit({ type: "evaluate", step: session.step, metrics });
  };
  const shown = evaluation.length > 0 ? evaluation : examples;
  const show = (): Promise<void> => showRun({ session, language, settings, examples: shown, emit });
  let saved = session.step;
  const checkpoint = async (): Promise<void> => {
    if (!store || saved === session.step) return;
    saved = session.step;
    const folder = await store.save(session, language, identity);
    emit({ type: "checkpoint", step: session.step, folder });
  };
  const told = new Set<string>();
  const warn = (metrics: StepMetrics): void => {
    for (const warning of partWarnings(session.plan.parts, metrics)) {
      const sentence = `${warning.part}: ${warning.message}`;
      if (!told.has(sentence)) emit({ type: "warning", step: session.step, ...warning });
      told.add(sentence);
    }
  };
  const due = (every: number | undefined): boolean => every !== undefined && session.step % every === 0;

  if (session.step === 0) {
    await evaluate();
    await show();
  }
  while (session.step < steps && !signal?.aborted) {
    const started = performance.now();
    const { epoch, indices } = examplesOfStep(settings, examples.length, session.step + 1);
    const batch = indices.map((index) => examples[index]!);
    const metrics = await session.train(batch);
    history.push({ step: session.step, metrics });
    const seconds = (performance.now() - started) / 1000;
    emit({ type: "step", step: session.step, steps, epoch, metrics, seconds, examples: batch.length });
    warn(metrics);
    const last = session.step === steps;
    if (last || due(settings.evaluateEvery)) await evaluate();
    if (last) await show();
    if (last || due(settings.checkpointEvery)) await checkpoint();
  }
  const interrupted = session.step < steps;
  if (interrupted) await checkpoint();
  if (!interrupted && store) await store.finish(session, language);
  emit({ type: "end", step: session.step, interrupted });
  return {
    model: language,
    steps: session.step,
    interrupted,
    history,
    evaluations,
    states: Object.fromEntries(session.states),
  };
}
