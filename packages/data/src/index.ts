export type {
  Candidate,
  CompletionExample,
  DroppedRow,
  PreferenceExample,
  PromptExample,
  ReadReport,
  Source,
} from "./example.ts";
export type {
  CompletionColumns,
  PreferenceColumns,
  PromptColumns,
  ReadCompletionOptions,
  ReadOptions,
  ReadPromptOptions,
  TokenizeOptions,
} from "./options.ts";
export { completionsFrom, readCompletions, type Completions } from "./completions.ts";
export { preferencesFrom, readPreferences, tokenizePreference, type Preferences } from "./preferences.ts";
export { promptsFrom, readPrompts, type Prompts } from "./prompts.ts";
export type { EndToken } from "./tokenize/end-token.ts";
export { copyTokenizer } from "./tokenizer/copy-tokenizer.ts";
export { loadTokenizer } from "./tokenizer/load-tokenizer.ts";
export type { ChatMessage, DecodeOptions, EncodeOptions, RenderOptions, Tokenizer } from "./tokenizer/tokenizer.ts";
export { encodeContinuation } from "./tokenize/continuation.ts";
export { prependText } from "./tokenize/prepend-text.ts";
export { beginsTexts } from "./tokenize/prompt.ts";
export { promptTokens } from "./tokenize/prompt-tokens.ts";
