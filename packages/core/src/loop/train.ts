/** `train`: from a model, data and a method to a trained model. */
import type { Method } from "@tokenwise/kit";
import type { BackendName } from "@tokenwise/model";
import { currentBackend, numerics, useBackend } from "@tokenwise/model";
import type { PreferenceExample } from "@tokenwise/data";
import { loadLanguageModel, samplingOf, type LanguageModel } from "../language-model.ts";
import { describeRows, unitOf } from "../plan/dataset.ts";
import { planMethod } from "../plan/plan.ts";
import { prepareReference } from "../reference/prepare.ts";
import { CheckpointStore } from "./checkpoint.ts";
import type { TrainEvent } from "./events.ts";
import { examplesOfRun } from "./order.ts";
import { loadExamples, rowKindOf, type Dataset, type RowKind, type RowOptions } from "./load-examples.ts";
import { fingerprint } from "./fingerprint.ts";
import { runLoop, type Run } from "./run-loop.ts";
import { loadPartParameters, partsDigest } from "./part-parameters.ts";
import { Session } from "./session.ts";
import { parseSettings, totalSteps, type Settings, type SettingsInput } from "./settings.ts";

export interface TrainOptions extends SettingsInput {
  /** A Hugging Face folder, or a model in memory, which is then trained in place. */
  readonly model: string | LanguageModel;
  /** A JSONL file, rows in memory, or examples. */
  readonly data: Dataset;
  readonly evaluationData?: Dataset;
  readonly method: Method;
  /** Default: the model as it is before training. */
  readonly reference?: string | LanguageModel;
  /** What a row of the data is; default: a preference. Completions serve `sft()`. */
  readonly rows?: RowKind;
  /** How rows are read. */
  readonly read?: RowOptions;
  /** The models that the data were annotated with, by the roles of the method's annotators; default: the model before training. */
  readonly annotation?: { readonly models: Readonly<Record<string, string | LanguageModel>> };
  /** A file with trained tensors of the method's parts to begin with, `parts.safetensors` of another run; default: their own first values. */
  readonly parts?: string;
  /** Where checkpoints, the reference cache and the trained model go. Without it nothing is written. */
  readonly output?: string;
  /** Continue from the newest checkpoint in `output`, if there is one. */
  readonly resume?: boolean;
  /** Default: the one in use, else the fastest one that is installed. */
  readonly backend?: BackendName | "auto";
  readonly onEvent?: (event: TrainEvent) => void;
  /** Ends the run after the step that is going on, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a model by a method.
 *
 * @example const run = await train({ model: "smollm2", data: "pairs.jsonl", method: dpo({ beta: 0.1 }), steps: 100 });
 * @throws the coded errors of settings, data, planner and checkpoints, before the first step; TW_E_NON_FINITE in a step.
 */
export async function train(options: TrainOptions): Promise<Run> {
  const {
    model: givenModel,
    data,
    evaluationData,
    method,
    reference,
    rows,
    read,
    annotation,
    parts,
    output,
    resume,
    backend,
    onEvent,
    signal,
    ...settingsGiven
  } = options;
  const settings = parseSettings(settingsGiven);
  const emit = onEvent ?? (() => undefined);
  await useBackend(backend ?? currentBackend() ?? "auto");
  const loaded: LanguageModel[] = [];
  const open = async (model: string | LanguageModel): Promise<LanguageModel> => {
    if (typeof model !== "string") return model;
    const opened = await loadLanguageModel(model);
    loaded.push(opened);
    return opened;
  };
  let trained: LanguageModel | undefined;
  try {
    const language = await open(givenModel);
    const policy = language.model;
    const annotated = { method, model: () => language, models: annotation?.models };
    const source = { rows: rowKindOf(method, rows), read: read ?? {}, annotated } as const;
    const from = { ...source, tokenizer: language.tokenizer, emit };
    const examples = await loadExamples(data, from);
    const evaluation = evaluationData === undefined ? [] : await loadExamples(evaluationData, from);
    const limits = { vocabulary: policy.config.vocabSize, positions: policy.config.maxPositionEmbeddings };
    const features = describeRows(method, examples, limits);
    const plan = planMethod(method, features, settings);
    if (evaluation.length > 0) planMethod(method, describeRows(method, evaluation, limits), settings);
    const given = reference === undefined ? undefined : await open(reference);
    const store = output === undefined ? undefined : new CheckpointStore(output, settings.keepCheckpoints);
    const begin = parts === undefined ? "" : await partsDigest(parts);
    const identity = fingerprint({ settings, plan, examples, policy, reference: given?.model, parts: begin });
    await store?.claim(resume ?? false, identity);

    const schedule = { ...settings, kind: settings.schedule, ...stepsOf(settings, examples.length) };
    const start = async (rows: readonly PreferenceExample[], folder: string | undefined, tell: typeof emit) => {
      const prepared = await prepareReference({ plan, language, given, examples: rows, settings, folder, emit: tell });
      const [referenceModel, referenceLogProbs] = [prepared.model, prepared.logProbs];
      const sampling = samplingOf(language);
      return new Session({ plan, policy, settings, schedule, sampling, reference: referenceModel, referenceLogProbs });
    };
    const rehearsed = method.source ? [longestPrompt(examples)] : examples.slice(0, 1);
    await rehearse(await start(rehearsed, undefined, () => undefined), rehearsed);
    const shown = evaluation.length > 0 ? [] : examples.slice(0, settings.inspectGroups);
    const taken = examplesOfRun(settings, examples.length, schedule.totalSteps).map((index) => examples[index]!);
    const session = await start([...new Set([...taken, ...shown, ...evaluation])], output, emit);
    try {
      if (parts !== undefined) await loadPartParameters(session.partParameters, parts);
      if (resume) await store?.restore(session);
      const steps = schedule.totalSteps;
      emit({
        type: "start",
        backend: numerics(),
        examples: examples.length,
        unit: unitOf(method, features),
        steps,
        resumedAt: session.step,
        reference: plan.reference,
        parameters: [...policy.parameters.values()].reduce((sum, { size }) => sum + size, 0),
      });
      const data = { examples, evaluation };
      const run = await runLoop({ session, ...data, settings, steps, store, identity, language, emit, signal });
      trained = language;
      return run;
    } finally {
      session.dispose();
    }
  } finally {
    for (const model of loaded) if (model !== trained) model.dispose();
  }
}

/** One example through the whole method, so that what parts do wrong shows before anything is written. */
async function rehearse(session: Session, examples: readonly PreferenceExample[]): Promise<void> {
  try {
    await session.evaluate(examples);
  } finally {
    session.dispose();
  }
}

function stepsOf(settings: Settings, size: number): { readonly totalSteps: number; readonly warmupSteps: number } {
  const total = totalSteps(settings, size);
  return { totalSteps: total, warmupSteps: settings.warmupSteps ?? Math.ceil(settings.warmupRatio * total) };
}

/** A source has the least room after it. */
const longestPrompt = (examples: readonly PreferenceExample[]): PreferenceExample =>
  examples.reduce((longest, example) => (example.prompt.length > longest.prompt.length ? example : longest));
