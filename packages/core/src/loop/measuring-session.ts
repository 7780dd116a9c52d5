/** A session that measures and does not train: what `evaluate` and `inspect` have in common. */
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { currentBackend, useBackend, type BackendName } from "@tokenwise/model";
import type { PreferenceExample } from "@tokenwise/data";
import { loadLanguageModel, samplingOf, type LanguageModel } from "../language-model.ts";
import { describeRows } from "../plan/dataset.ts";
import { planMethod } from "../plan/plan.ts";
import { prepareReference } from "../reference/prepare.ts";
import type { TrainEvent } from "./events.ts";
import { loadExamples, rowKindOf, type Dataset, type RowKind, type RowOptions } from "./load-examples.ts";
import { loadPartParameters } from "./part-parameters.ts";
import { loadPartStates } from "./part-states.ts";
import { Session } from "./session.ts";
import { parseSettings, type SettingsInput } from "./settings.ts";

export interface MeasureOptions extends Pick<
  SettingsInput,
  "seed" | "batchSize" | "microBatchTokens" | "vocabularyRows" | "cacheReference"
> {
  /** A Hugging Face folder, or a model in memory. */
  readonly model: string | LanguageModel;
  /** A JSONL file, rows in memory, or examples. */
  readonly data: Dataset;
  readonly method: Method;
  /** What the model was before training. */
  readonly reference?: string | LanguageModel;
  /** What a row of the data is; default: a preference. */
  readonly rows?: RowKind;
  readonly read?: RowOptions;
  /** The models that the data were annotated with, by the roles of the method's annotators; default: the reference, or else the model. */
  readonly annotation?: { readonly models: Readonly<Record<string, string | LanguageModel>> };
  /** A file with the trained tensors of the method's parts; default: the one beside the model, if there is one, else as before training. */
  readonly parts?: string;
  /** Default: the one in use, else the fastest one that is installed. */
  readonly backend?: BackendName | "auto";
  readonly onEvent?: (event: Extract<TrainEvent, { readonly type: "data" | "reference" }>) => void;
}

export interface Measuring {
  readonly session: Session;
  readonly language: LanguageModel;
  readonly examples: readonly PreferenceExample[];
  readonly backend: BackendName;
  /** Where the trained tensors of parts are from; undefined: as before training, or there are none. */
  readonly parts: string | undefined;
}

/**
 * Opens models and data, plans, and frees all of it after `measure`. Parts have the states that lie beside the model, if there are any
 * of theirs, else those before training.
 *
 * @throws TW_E_NO_REFERENCE  if the method compares with a reference and none is given.
 * @throws TW_E_PARTS         if trained tensors are given that are not of the method, or what lies beside the model is damaged.
 * @throws the coded errors of settings, data and planner.
 */
export async function withMeasuringSession<T>(
  options: MeasureOptions,
  measure: (measuring: Measuring) => Promise<T> | T,
  select: (examples: readonly PreferenceExample[]) => readonly PreferenceExample[] = (all) => all,
): Promise<T> {
  const { model, data, method, reference, rows, read, annotation, parts, backend, onEvent, ...given } = options;
  const settings = parseSettings(given);
  const emit = (event: TrainEvent): void => {
    if (event.type === "data" || event.type === "reference") onEvent?.(event);
  };
  const backendName = await useBackend(backend ?? currentBackend() ?? "auto");
  const opened: LanguageModel[] = [];
  const open = async (named: string | LanguageModel): Promise<LanguageModel> => {
    if (typeof named !== "string") return named;
    const loaded = await loadLanguageModel(named);
    opened.push(loaded);
    return loaded;
  };
  try {
    const language = await open(model);
    const policy = language.model;
    let before: LanguageModel | undefined;
    const openBefore = async () => (before ??= reference === undefined ? undefined : await open(reference));
    const annotated = { method, model: async () => (await openBefore()) ?? language, models: annotation?.models };
    const source = { rows: rowKindOf(method, rows), read: read ?? {}, annotated } as const;
    const from = { ...source, tokenizer: language.tokenizer, emit };
    const examples = select(await loadExamples(data, from));
    const { vocabSize: vocabulary, maxPositionEmbeddings: positions } = policy.config;
    const plan = planMethod(method, describeRows(method, examples, { vocabulary, positions }), settings);
    if (plan.reference !== "unused" && plan.reference !== "sampled" && reference === undefined)
      throw new TokenwiseError("TW_E_NO_REFERENCE", "the method compares with a reference, and none is given", {
        hint: "give the model as it was before training",
      });
    const prepared = await prepareReference({ plan, language, given: await openBefore(), examples, settings, emit });
    const schedule = { kind: "constant", totalSteps: 1, warmupSteps: 0 } as const;
    const [referenceModel, referenceLogProbs] = [prepared.model, prepared.logProbs];
    const sampling = samplingOf(language);
    const session = new Session({
      plan,
      policy,
      settings,
      schedule,
      sampling,
      reference: referenceModel,
      referenceLogProbs,
    });
    try {
      const file = parts ?? (session.partParameters.variables.size > 0 ? language.parts : undefined);
      if (file !== undefined) await loadPartParameters(session.partParameters, file);
      if (language.states !== undefined) await loadPartStates(session, language.states);
      return await measure({ session, language, examples, backend: backendName, parts: file });
    } finally {
      session.dispose();
    }
  } finally {
    for (const loaded of opened) loaded.dispose();
  }
}
