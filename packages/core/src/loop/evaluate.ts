/** `evaluate`: a method's metrics of a model on data, without training. */
import { TokenwiseError, type Method } from "@tokenwise/kit";
import type { PreferenceExample } from "@tokenwise/data";
import { currentBackend, useBackend, type BackendName, type CausalModel } from "@tokenwise/model";
import { loadLanguageModel, type LanguageModel } from "../language-model.ts";
import { describeDataset } from "../plan/dataset.ts";
import { listParts } from "../plan/parts.ts";
import { planMethod, type Plan } from "../plan/plan.ts";
import { collectRequests } from "../plan/requests.ts";
import { referenceLogProbs } from "../reference/log-probs.ts";
import type { TrainEvent } from "./events.ts";
import { loadExamples, type Dataset, type RowKind, type RowOptions } from "./load-examples.ts";
import { Session, type StepMetrics } from "./session.ts";
import { parseSettings, type Settings, type SettingsInput } from "./settings.ts";

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
  const language = await open(model);
  try {
    const from = { tokenizer: language.tokenizer, rows: rows ?? "preferences", read: read ?? {}, emit } as const;
    const examples = await loadExamples(data, from);
    const { vocabSize: vocabulary, maxPositionEmbeddings: positions } = language.model.config;
    const plan = planMethod(method, describeDataset(examples, { vocabulary, positions }), settings);
    checkReference(plan, reference);
    const anchor = reference === undefined ? undefined : await open(reference);
    try {
      const metrics = await measure({ plan, policy: language.model, anchor: anchor?.model, settings, examples, emit });
      return { backend: backendName, examples: examples.length, metrics };
    } finally {
      if (typeof reference === "string") anchor?.dispose();
    }
  } finally {
    if (typeof model === "string") language.dispose();
  }
}

/** Whether a method compares with a reference: then `evaluate` needs one. */
export const readsReference = (method: Method): boolean =>
  [...collectRequests(listParts(method), []).values()].some(({ models }) => models.includes("reference"));

const open = (named: string | LanguageModel): LanguageModel | Promise<LanguageModel> =>
  typeof named === "string" ? loadLanguageModel(named) : named;

function checkReference(plan: Plan, reference: string | LanguageModel | undefined): void {
  if (plan.reference !== "unused" && reference === undefined)
    throw new TokenwiseError("TW_E_NO_REFERENCE", "the method compares with a reference, and none is given", {
      hint: "give the model as it was before training",
    });
  if (plan.reference === "unused" && reference !== undefined)
    throw new TokenwiseError("TW_E_UNUSED_REFERENCE", "a reference is given, but the method reads none", {
      hint: "leave it out",
    });
}

interface Measured {
  readonly plan: Plan;
  readonly policy: CausalModel;
  readonly anchor: CausalModel | undefined;
  readonly settings: Settings;
  readonly examples: readonly PreferenceExample[];
  readonly emit: (event: TrainEvent) => void;
}

async function measure({ plan, policy, anchor, settings, examples, emit }: Measured): Promise<StepMetrics> {
  if (anchor && anchor.config.vocabSize !== policy.config.vocabSize)
    throw new TokenwiseError(
      "TW_E_REFERENCE_VOCABULARY",
      `the reference has ${anchor.config.vocabSize} tokens, the model ${policy.config.vocabSize}`,
      { hint: "policy and reference must share one tokenizer" },
    );
  const onProgress = (done: number, total: number): void => emit({ type: "reference", done, total });
  const cached = plan.reference === "cached" && anchor;
  const session = new Session({
    plan,
    policy,
    settings,
    schedule: { kind: "constant", totalSteps: 1, warmupSteps: 0 },
    reference: anchor,
    referenceLogProbs: cached ? await referenceLogProbs(anchor, examples, { ...settings, onProgress }) : undefined,
  });
  try {
    return await session.evaluate(examples);
  } finally {
    session.dispose();
  }
}
