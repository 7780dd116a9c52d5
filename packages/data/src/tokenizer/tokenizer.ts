/** What the rest of Tokenwise needs from a tokenizer. Ids are token ids; text is a well-formed JavaScript string. */

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

export interface EncodeOptions {
  /** Put the tokens around the text that the tokenizer's post-processor defines (usually BOS). Default: true, as in Hugging Face. */
  readonly addSpecialTokens?: boolean;
}

export interface DecodeOptions {
  /** Leave special tokens out. Default: false. */
  readonly skipSpecialTokens?: boolean;
}

export interface RenderOptions {
  /** End with the header of the assistant's turn, so that a model goes on with its answer. Default: false. */
  readonly addGenerationPrompt?: boolean;
}

export interface Tokenizer {
  /** The folder it was loaded from. */
  readonly folder: string;
  /** One more than the largest token id, added tokens included. A model's vocabulary may be larger (padding), never smaller. */
  readonly vocabularySize: number;
  readonly eosId: number;
  readonly bosId: number | undefined;
  readonly padId: number | undefined;
  readonly specialIds: ReadonlySet<number>;
  readonly hasChatTemplate: boolean;
  /** SHA-256, in hexadecimal, of tokenizer.json and the chat template. */
  readonly digest: string;

  /** @throws TW_E_UNENCODABLE_TEXT  where the vocabulary has no token for a part of the text. */
  encode(text: string, options?: EncodeOptions): Int32Array;
  /** Spaces before punctuation stay as they are: decoding undoes encoding exactly. @throws TW_E_TOKEN_OUT_OF_RANGE */
  decode(ids: Int32Array | readonly number[], options?: DecodeOptions): string;
  /** @throws TW_E_NO_CHAT_TEMPLATE, TW_E_TEMPLATE_FAILED */
  renderChat(messages: readonly ChatMessage[], options?: RenderOptions): string;
}
