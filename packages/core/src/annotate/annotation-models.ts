/** The models of annotators, by role. */
import { TokenwiseError, type Role } from "@tokenwise/kit";
import { modelDigest } from "@tokenwise/model";
import { loadLanguageModel, type LanguageModel } from "../language-model.ts";

/** What tells a model from others: digests of its configuration and weights, and of its tokenizer. */
export interface ModelIdentity {
  readonly model: string;
  readonly tokenizer: string;
}

export class AnnotationModels {
  readonly #opened = new Map<string, LanguageModel>();
  readonly #identities = new Map<LanguageModel | string, ModelIdentity>();

  /**
   * @param model   as it is before training: it has every role that `given` leaves out.
   * @param given   folders or models by role.
   */
  constructor(
    readonly model: LanguageModel,
    readonly given: Readonly<Record<string, string | LanguageModel>> = {},
  ) {}

  /**
   * The model of a role. One folder is read once, and freed by `dispose`.
   *
   * @throws TW_E_ANNOTATION_MODEL  if it has other tokens than the model that is trained.
   */
  async open(role: Role): Promise<LanguageModel> {
    const given = this.given[role] ?? this.model;
    const known = typeof given === "string" ? this.#opened.get(given) : given;
    if (known) return known;
    const loaded = await loadLanguageModel(given as string);
    this.#opened.set(given as string, loaded);
    if (hasOtherTokens(loaded, this.model))
      throw new TokenwiseError(
        "TW_E_ANNOTATION_MODEL",
        `${given as string}, the ${role} model, has other tokens than the model that is trained`,
        { hint: "annotation reads the tokens that are trained on: its models must have the same tokenizer" },
      );
    return loaded;
  }

  /** A folder that is not in use is read for it, and freed. */
  async identity(role: Role): Promise<ModelIdentity> {
    const given = this.given[role] ?? this.model;
    const known = this.#identities.get(given);
    if (known) return known;
    const opened = typeof given === "string" ? this.#opened.get(given) : given;
    const language = opened ?? (await loadLanguageModel(given as string));
    const identity = { model: modelDigest(language.model), tokenizer: language.tokenizer.digest };
    if (!opened) language.dispose();
    this.#identities.set(given, identity);
    return identity;
  }

  dispose(): void {
    for (const language of this.#opened.values()) language.dispose();
    this.#opened.clear();
  }
}

function hasOtherTokens({ tokenizer: one }: LanguageModel, { tokenizer: other }: LanguageModel): boolean {
  if (one.digest === other.digest) return false;
  if (one.vocabularySize !== other.vocabularySize) return true;
  return Array.from({ length: one.vocabularySize }, (_, id) => id).some(
    (id) => one.decode([id]) !== other.decode([id]),
  );
}
