/** A causal language model with its tokenizer: a Hugging Face folder in memory. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copyTokenizer, loadTokenizer, promptTokens, type ChatMessage, type Tokenizer } from "@tokenwise/data";
import { generate, loadModel, saveModel, type CausalModel, type GenerateOptions } from "@tokenwise/model";
import { partsFile } from "./loop/part-parameters.ts";
import { statesFile } from "./loop/part-states.ts";

/** What is left out is taken from the folder's generation_config.json; else greedy, 128 tokens, seed 0. */
export type TextOptions = Partial<GenerateOptions>;

export interface LanguageModel {
  readonly model: CausalModel;
  readonly tokenizer: Tokenizer;
  /** The file with the trained tensors of parts that lies beside it, if there is one: `parts.safetensors`. */
  readonly parts?: string;
  /** The file with what parts keep between steps that lies beside it, if there is one: `states.json`. */
  readonly states?: string;
  /** A continuation of each prompt (text, chat messages in the model's template, or token ids), without special tokens. */
  generate(prompts: readonly (string | readonly ChatMessage[] | Int32Array)[], options?: TextOptions): string[];
  /** Writes a Hugging Face folder: configuration, weights, tokenizer. */
  save(folder: string): Promise<void>;
  dispose(): void;
}

/** Reads a Hugging Face folder. @throws the coded errors of `loadModel` and `loadTokenizer`. */
export async function loadLanguageModel(folder: string): Promise<LanguageModel> {
  const tokenizer = await loadTokenizer(folder);
  const language = languageModel(await loadModel(folder), tokenizer);
  const [parts, states] = [join(folder, partsFile), join(folder, statesFile)];
  return { ...language, ...(existsSync(parts) && { parts }), ...(existsSync(states) && { states }) };
}

/** What ends a response: the end tokens that the model's folder names, and the tokenizer's. */
export const stopTokensOf = ({ model, tokenizer }: Pick<LanguageModel, "model" | "tokenizer">): readonly number[] => [
  ...new Set([...model.generationDefaults.stopTokens, tokenizer.eosId]),
];

/** How responses are drawn from it and read. */
export const samplingOf = (language: Pick<LanguageModel, "model" | "tokenizer">) => ({
  stopTokens: stopTokensOf(language),
  decode: (ids: Int32Array): string => language.tokenizer.decode(ids, { skipSpecialTokens: true }),
});

/** Puts a model and its tokenizer together. */
export function languageModel(model: CausalModel, tokenizer: Tokenizer): LanguageModel {
  return {
    model,
    tokenizer,
    generate(prompts, options) {
      const { maxNewTokens = 128, temperature, topP, topK } = model.generationDefaults;
      const stopTokens = stopTokensOf({ model, tokenizer });
      const complete = { maxNewTokens, temperature, topP, topK, seed: 0, stopTokens, ...options };
      return generate(
        model,
        prompts.map((prompt) => (prompt instanceof Int32Array ? prompt : promptTokens(tokenizer, prompt))),
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
