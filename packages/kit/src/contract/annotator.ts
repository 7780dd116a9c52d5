import type { Json, Needs, Role } from "../requests/request.ts";

/** Computes columns of the dataset once, before training, with models of its own. */
export interface Annotator {
  readonly name: string;
  readonly columns: readonly string[];
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
  /** One user message in the model's chat template, built from texts and token ids; where each token segment stands. */
  readonly chat: (
    model: Role,
    segments: readonly (string | Int32Array)[],
  ) => { readonly ids: Int32Array; readonly spans: readonly (readonly [start: number, end: number])[] };
  /**
   * One forward pass of each model that is asked for, without a gradient; per-token requests are aligned with the response,
   * one value per token. Calls that wait at the same time share a packed stream, and prompts in it.
   */
  readonly run: <N extends Needs>(
    sequence: { readonly prompt: Int32Array; readonly response?: Int32Array },
    needs: N,
  ) => Promise<{ readonly [K in keyof N]: Float32Array }>;
}
