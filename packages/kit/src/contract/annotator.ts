import type { Json, Needs, Role } from "../requests/request.ts";

/** Computes columns of the dataset once, before training, with models of its own. */
export interface Annotator {
  readonly name: string;
  readonly columns: readonly string[];
  readonly models: readonly Role[];
  /** Every option that changes the values. */
  readonly fingerprint: Json;
  /** One array per column and candidate, one value per response token, before truncation. */
  annotate(example: AnnotatedExample, tools: AnnotationTools): Promise<Annotation>;
}

export interface Annotation {
  readonly columns: Readonly<Record<string, readonly Float32Array[]>>;
  /** Kept beside the columns, for reading. */
  readonly summary?: Json;
}

export interface AnnotatedExample {
  readonly prompt: Int32Array;
  /** `content`: leading tokens that are text; template end tokens and EOS follow. */
  readonly responses: readonly { readonly ids: Int32Array; readonly content: number }[];
}

export interface AnnotationTools {
  /** One user message in the model's chat template, built from texts and token ids; where each token segment stands. */
  readonly chat: (
    model: Role,
    segments: readonly (string | Int32Array)[],
  ) => { readonly ids: Int32Array; readonly spans: readonly (readonly [start: number, end: number])[] };
  /** One forward pass of each model; per-token requests are aligned with the response, one value per token. */
  readonly run: <N extends Needs>(
    sequence: { readonly prompt: Int32Array; readonly response?: Int32Array },
    needs: N,
  ) => Promise<{ readonly [K in keyof N]: Float32Array }>;
}
