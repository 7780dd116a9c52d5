/** A causal language model with its tokenizer: a Hugging Face folder in memory. */
import { copyTokenizer, loadTokenizer, promptTokens, type ChatMessage, type Tokenizer } from "@tokenwise/data";
import { generate, loadModel, saveModel, type CausalModel, type GenerateOptions } from "@tokenwise/model";

export interface TextOptions extends Partial<GenerateOptions> {
  readonly maxNewTokens: number;
}

export interface LanguageModel {
  readonly model: CausalModel;
  readonly tokenizer: Tokenizer;
  /** A continuation of each prompt (text, or chat messages in the model's template), without special tokens. */
  generate(prompts: readonly (string | readonly ChatMessage[])[], options: TextOptions): string[];
  /** Writes a Hugging Face folder: configuration, weights, tokenizer. */
  save(folder: string): Promise<void>;
  dispose(): void;
}

/** Reads a Hugging Face folder. @throws the coded errors of `loadModel` and `loadTokenizer`. */
export async function loadLanguageModel(folder: string): Promise<LanguageModel> {
  const tokenizer = await loadTokenizer(folder);
  return languageModel(await loadModel(folder), tokenizer);
}

/** Puts a model and its tokenizer together. */
export function languageModel(model: CausalModel, tokenizer: Tokenizer): LanguageModel {
  return {
    model,
    tokenizer,
    generate(prompts, options) {
      const complete = { temperature: 1, seed: 0, stopTokens: [tokenizer.eosId], ...options };
      return generate(
        model,
        prompts.map((prompt) => promptTokens(tokenizer, prompt)),
        complete,
      ).map((ids) => tokenizer.decode(ids, { skipSpecialTokens: true }));
    },
    async save(folder) {
      await saveModel(model, folder);
      await copyTokenizer(tokenizer, folder);
    },
    dispose: () => model.dispose(),
  };
}
