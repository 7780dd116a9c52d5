/** The reference as a plan wants it: nothing, log-probs, or a model. */
import type { PreferenceExample } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";
import { numerics, type CausalModel } from "@tokenwise/model";
import type { LanguageModel } from "../language-model.ts";
import type { TrainEvent } from "../loop/events.ts";
import type { Settings } from "../loop/settings.ts";
import type { Plan } from "../plan/plan.ts";
import { cachedReference } from "./cache.ts";
import type { ReferenceLogProbs } from "./log-probs.ts";

export interface ReferenceSource {
  readonly plan: Plan;
  /** The model that is trained or measured; the reference is this one as it is now, unless another one is given. */
  readonly language: LanguageModel;
  readonly given: LanguageModel | undefined;
  readonly examples: readonly PreferenceExample[];
  readonly settings: Pick<Settings, "microBatchTokens" | "vocabularyRows">;
  /** Where log-probs are kept for the next time. */
  readonly folder?: string | undefined;
  readonly emit: (event: TrainEvent) => void;
}

export interface PreparedReference {
  /** The reference where it is not the policy. */
  readonly model?: CausalModel;
  readonly logProbs?: ReferenceLogProbs;
}

/**
 * @throws TW_E_UNUSED_REFERENCE      if a reference is given and the method reads none.
 * @throws TW_E_REFERENCE_VOCABULARY  if its vocabulary is not the model's.
 */
export async function prepareReference({
  plan,
  language,
  given,
  examples,
  settings,
  folder,
  emit,
}: ReferenceSource): Promise<PreparedReference> {
  const isOwn = plan.reference === "unused" || plan.reference === "sampled";
  if (isOwn && given !== undefined)
    throw new TokenwiseError("TW_E_UNUSED_REFERENCE", "a reference is given, but the method reads none", {
      hint: "leave it out",
    });
  if (isOwn) return {};
  if (given) checkVocabulary(given, language);
  const model = given ? { model: given.model } : {};
  if (plan.reference === "live") return model;
  const logProbs = await cachedReference((given ?? language).model, examples, {
    ...settings,
    folder,
    backend: numerics(),
    onProgress: (done, total) => emit({ type: "reference", done, total }),
  });
  return { ...model, logProbs };
}

function checkVocabulary(reference: LanguageModel, { model }: LanguageModel): void {
  const [wanted, found] = [model.config.vocabSize, reference.model.config.vocabSize];
  if (found !== wanted)
    throw new TokenwiseError("TW_E_REFERENCE_VOCABULARY", `the reference has ${found} tokens, the model ${wanted}`, {
      hint: "policy and reference must share one tokenizer",
    });
}
