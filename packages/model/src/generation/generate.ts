import { complaintsOf, noGrad, spoken, tf, TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import type { CausalModel } from "../model/causal-model.ts";
import { decode, prefill, selectRows, tensorsOf, type Decoding } from "./decoder.ts";
import { sampleToken } from "./sample-token.ts";

export interface GenerateOptions {
  readonly maxNewTokens: number;
  /** 0: greedy. */
  readonly temperature: number;
  /** In (0, 1]; default 1: no cut. */
  readonly topP?: number | undefined;
  /** Default: no cut. */
  readonly topK?: number | undefined;
  /** A sequence ends with the first of these. Default: none. */
  readonly stopTokens?: readonly number[] | undefined;
  readonly seed: number;
  /** Prompts decoded at a time. Default 16. */
  readonly batchSize?: number | undefined;
}

const schema = z.strictObject({
  maxNewTokens: z.number().int().positive(),
  temperature: z.number().nonnegative(),
  topP: z.number().positive().max(1).optional(),
  topK: z.number().int().positive().optional(),
  stopTokens: z.array(z.number().int().nonnegative()).readonly().default([]),
  seed: z.number(),
  batchSize: z.number().int().positive().default(16),
});

type Complete = z.output<typeof schema>;

interface Row {
  readonly prompt: Int32Array;
  readonly tokens: number[];
  /** A draw for every token, from the seed and the prompt's index alone. */
  readonly uniforms: Float32Array;
}

function generateBatch(model: CausalModel, batch: readonly Row[], options: Complete): void {
  const isDone = ({ tokens }: Row) =>
    tokens.length === options.maxNewTokens || (tokens.length > 0 && options.stopTokens.includes(tokens.at(-1)!));
  const widest = Math.max(...batch.map(({ prompt }) => prompt.length));
  let rows = batch;
  let state: Decoding = prefill(model, rows.map(({ prompt }) => prompt)); // prettier-ignore
  const replace = (next: Decoding) => {
    tf.dispose(tensorsOf(state));
    state = next;
  };
  for (;;) {
    const logits = state.logits.dataSync<"float32">();
    const vocabulary = state.logits.shape[1];
    rows.forEach(({ tokens, uniforms }, i) => {
      tokens.push(
        sampleToken(logits.subarray(i * vocabulary, (i + 1) * vocabulary), options, uniforms[tokens.length]!),
      );
    });
    const going = rows.flatMap((row, i) => (isDone(row) ? [] : [i]));
    if (going.length < rows.length && going.length > 0) replace(selectRows(state, going));
    rows = going.map((i) => rows[i]!);
    if (rows.length === 0) break;
    replace(decode(model, state, rows.map(({ tokens }) => tokens.at(-1)!), { prompts: rows.map(({ prompt }) => prompt.length), widest })); // prettier-ignore
  }
  tf.dispose(tensorsOf(state));
}

/** Completes options. @throws TW_E_GENERATION_OPTIONS */
export function checkGenerationOptions(options: unknown): Complete {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const complaints = spoken(complaintsOf(schema, options, parsed.error, "option"));
  throw new TokenwiseError("TW_E_GENERATION_OPTIONS", complaints, {
    hint: `options of generation: ${Object.keys(schema.shape).join(", ")}`,
  });
}

function checked(model: CausalModel, prompts: readonly Int32Array[], options: GenerateOptions): Complete {
  const complete = checkGenerationOptions(options);
  const { maxPositionEmbeddings: context, vocabSize } = model.config;
  prompts.forEach((prompt, i) => {
    if (prompt.length === 0) throw new TokenwiseError("TW_E_EMPTY_STREAM", `prompt ${i} has no token`);
    const wrong = prompt.find((id) => id < 0 || id >= vocabSize);
    if (wrong !== undefined)
      throw new TokenwiseError(
        "TW_E_TOKEN_RANGE",
        `token ${wrong} in prompt ${i}, but the vocabulary has ${vocabSize}`,
      );
    if (prompt.length + complete.maxNewTokens > context) {
      throw new TokenwiseError(
        "TW_E_CONTEXT_LENGTH",
        `prompt ${i} has ${prompt.length} tokens, and ${options.maxNewTokens} more exceed the context of ${context}`,
        {
          hint: "truncate the prompt or lower maxNewTokens",
        },
      );
    }
  });
  return complete;
}

/**
 * Continues prompts, with a cache of keys and values, several at a time.
 *
 * A prompt's continuation depends on the seed and on the prompt's index, not on the batch size or on what is generated beside it (up to the
 * rounding of a sum over masked columns).
 *
 * @returns what follows each prompt, the stop token included.
 * @throws TW_E_GENERATION_OPTIONS, TW_E_EMPTY_STREAM, TW_E_TOKEN_RANGE, TW_E_CONTEXT_LENGTH
 */
export function generate(model: CausalModel, prompts: readonly Int32Array[], options: GenerateOptions): Int32Array[] {
  const complete = checked(model, prompts, options);
  return noGrad(() => {
    const rows = prompts.map((prompt, index): Row => {
      const draws = tf.tidy(() =>
        tf.randomUniform([complete.maxNewTokens], 0, 1, "float32", `${complete.seed}/${index}`).dataSync<"float32">(),
      );
      return { prompt, tokens: [], uniforms: draws };
    });
    // Prompts of like length together, so that little is padded.
    const order = [...rows].sort((a, b) => a.prompt.length - b.prompt.length);
    for (let start = 0; start < order.length; start += complete.batchSize) {
      generateBatch(model, order.slice(start, start + complete.batchSize), complete);
    }
    return rows.map(({ tokens }) => Int32Array.from(tokens));
  });
}
