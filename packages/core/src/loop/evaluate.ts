/** `evaluate`: a method's metrics of a model on data, without training. */
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { currentBackend, useBackend, type BackendName } from "@tokenwise/model";
import { loadLanguageModel, type LanguageModel } from "../language-model.ts";
import { describeDataset } from "../plan/dataset.ts";
import { listParts } from "../plan/parts.ts";
import { planMethod } from "../plan/plan.ts";
import { collectRequests } from "../plan/requests.ts";
import { prepareReference } from "../reference/prepare.ts";
import type { TrainEvent } from "./events.ts";
import { loadExamples, type Dataset, type RowKind, type RowOptions } from "./load-examples.ts";
import { Session, type StepMetrics } from "./session.ts";
import { parseSettings, type SettingsInput } from "./settings.ts";

export interface EvaluateOptions extends Pick<
  SettingsInput,
  "seed" | "microBatchTokens" | "vocabularyRows" | "cacheReference"
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
  /** Default: the one in use, else the fastest one that is installed. */
  readonly backend?: BackendName | "auto";
  readonly onEvent?: (event: Extract<TrainEvent, { readonly type: "data" | "reference" }>) => void;
}

export interface Evaluation {
  readonly backend: BackendName;
  readonly examples: number;
  /** Means over the examples, under the names of training. */
  readonly metrics: StepMetrics;
}

/**
 * Metrics of a model by a method: what `train` reports as an evaluation, with the method's states as they are before training.
 *
 * @throws TW_E_NO_REFERENCE  if the method compares with a reference and none is given.
 * @throws the coded errors of settings, data and planner.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { model, data, method, reference, rows, read, backend, onEvent, ...given } = options;
  const settings = parseSettings(given);
  const emit = (event: TrainEvent): void => {
    if (event.type === "data" || event.type === "reference") onEvent?.(event);
  };
  const backendName = await useBackend(backend ?? currentBackend() ?? "auto");
  const language = typeof model === "string" ? await loadLanguageModel(model) : model;
  try {
    const from = { tokenizer: language.tokenizer, rows: rows ?? "preferences", read: read ?? {}, emit } as const;
    const examples = await loadExamples(data, from);
    const { vocabSize: vocabulary, maxPositionEmbeddings: positions } = language.model.config;
    const plan = planMethod(method, describeDataset(examples, { vocabulary, positions }), settings);
    if (plan.reference !== "unused" && reference === undefined)
      throw new TokenwiseError("TW_E_NO_REFERENCE", "the method compares with a reference, and none is given", {
        hint: "give the model as it was before training",
      });
    const anchor = await prepareReference({ plan, language, given: reference, examples, settings, emit });
    const schedule = { kind: "constant", totalSteps: 1, warmupSteps: 0 } as const;
    const [referenceModel, referenceLogProbs] = [anchor.model?.model, anchor.logProbs];
    const policy = language.model;
    const session = new Session({ plan, policy, settings, schedule, reference: referenceModel, referenceLogProbs });
    try {
      return { backend: backendName, examples: examples.length, metrics: await session.evaluate(examples) };
    } finally {
      session.dispose();
      anchor.dispose();
    }
  } finally {
    if (typeof model === "string") language.dispose();
  }
}

/** Whether a method compares with a reference: then `evaluate` needs one. */
export const readsReference = (method: Method): boolean =>
  [...collectRequests(listParts(method), []).values()].some(({ models }) => models.includes("reference"));
