import type { Json, Needs, Role } from "../requests/request.ts";

/** Computes columns of the dataset once, before training, with models of its own. */
export interface Annotator {
  readonly name: string;
  readonly columns: readonly string[];
  /**
   * Shares of examples that are reported beside the columns, by name, with what they are: how often a judge is right, for one. Chance is one
   * half for all of them.
   */
  readonly shares?: Readonly<Record<string, string>>;
  /** The roles of its models; which model has which role is the run's business. */
  readonly models: readonly Role[];
  /** Every option that changes the values: stored columns are used only where it is the same. */
  readonly fingerprint: Json;
  /**
   * One array per column and response, one value per response token. Called for several examples at a time, so that
   * forward passes are shared: what it computes may depend on its own example alone.
   */
  annotate(example: AnnotatedExample, tools: AnnotationTools): Promise<Annotation>;
}

export interface Annotation {
  readonly columns: Readonly<Record<string, readonly Float32Array[]>>;
  /** For each of the annotator's `shares` how much of it this example is, from 0 to 1; none where it says nothing about it. */
  readonly shares?: Readonly<Record<string, number>>;
}

/** An example as it is trained on: truncated as training truncates, without missing candidates. */
export interface AnnotatedExample {
  readonly prompt: Int32Array;
  /** `content`: leading tokens that are text; template end tokens and EOS follow. */
  readonly responses: readonly { readonly ids: Int32Array; readonly content: number }[];
}

export interface AnnotationTools {
  /** SHA-256 of a model's configuration and weights, hexadecimal: whether two roles are the same model. */
  readonly digest: (model: Role) => string;
  /** A prompt with a text before it: after BOS where the model's tokenizer begins texts with it. Empty text: the prompt itself. */
  readonly prepend: (model: Role, text: string, prompt: Int32Array) => Int32Array;
  /**
   * One user message in the model's chat template, with the header of the answer, built from texts and token ids; where each token segment
   * stands. `template: false`: the texts alone, for models without a chat template.
   */
  readonly chat: (
    model: Role,
    segments: readonly (string | Int32Array)[],
    options?: { readonly template?: boolean },
  ) => { readonly ids: Int32Array; readonly spans: readonly (readonly [start: number, end: number])[] };
  /** Tokens of a text that goes on after other text. */
  readonly encode: (model: Role, text: string) => Int32Array;
  /** Tokens but for special ones, such as those that begin and end messages. */
  readonly withoutSpecial: (model: Role, ids: Int32Array) => Int32Array;
  /**
   * One forward pass of each model that is asked for, without a gradient; per-token requests are aligned with the response,
   * one value per token; `attention` is that of the prompt's last token, which predicts the response's first, one value per token of the
   * prompt. Calls that wait at the same time share a packed stream, and prompts in it.
   */
  readonly run: <N extends Needs>(
    sequence: { readonly prompt: Int32Array; readonly response?: Int32Array },
    needs: N,
  ) => Promise<{ readonly [K in keyof N]: Float32Array }>;
}
