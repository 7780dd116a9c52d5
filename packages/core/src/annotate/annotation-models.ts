/** The models of annotators, by role. */
import { TokenwiseError, type Role } from "@tokenwise/kit";
import type { Tokenizer } from "@tokenwise/data";
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
    const language = typeof given === "string" ? await this.#openFolder(given) : given;
    if (language === this.model || !hasOtherTokens(language, this.model)) return language;
    throw new TokenwiseError(
      "TW_E_ANNOTATION_MODEL",
      `${typeof given === "string" ? given : language.tokenizer.folder}, the ${role} model, has other tokens than the model that is trained`,
      { hint: "annotation reads the tokens that are trained on: its models must have the same tokenizer" },
    );
  }

  async #openFolder(folder: string): Promise<LanguageModel> {
    const known = this.#opened.get(folder);
    if (known) return known;
    const loaded = await loadLanguageModel(folder);
    this.#opened.set(folder, loaded);
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
  return Array.from({ length: one.vocabularySize }, (_, id) => id).some((id) => textOf(one, id) !== textOf(other, id));
}

/** Undefined where a vocabulary has a hole. */
function textOf(tokenizer: Tokenizer, id: number): string | undefined {
  try {
    return tokenizer.decode([id]);
  } catch (error) {
    if (TokenwiseError.is(error) && error.code === "TW_E_TOKEN_OUT_OF_RANGE") return undefined;
    throw error;
  }
}
