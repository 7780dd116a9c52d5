import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import type { ModelSource } from "./model-source.ts";

/** What generation_config.json says of how to generate; a caller of `generate` decides what to take over. */
export interface GenerationDefaults {
  /** End-of-sequence ids; empty if the file names none. */
  readonly stopTokens: readonly number[];
  readonly padTokenId?: number | undefined;
  /** Temperature 1 is a sampling model's default; 0 where `do_sample` is false or absent. */
  readonly temperature: number;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly maxNewTokens?: number | undefined;
}

const id = z.number().int().nonnegative();
const schema = z.looseObject({
  eos_token_id: z.union([id, z.array(id)]).nullish(),
  pad_token_id: z.number().int().nullish(),
  do_sample: z.boolean().nullish(),
  temperature: z.number().nonnegative().nullish(),
  top_p: z.number().positive().max(1).nullish(),
  top_k: z.number().int().nonnegative().nullish(),
  max_new_tokens: z.number().int().positive().nullish(),
});

/**
 * Reads generation_config.json, or the same keys of config.json where there is none.
 *
 * @throws TW_E_MODEL_CONFIG  if a value makes no sense.
 */
export function generationDefaultsOf({ config, generation }: ModelSource): GenerationDefaults {
  const [json, file] = generation === undefined ? [config, "config.json"] : [generation, "generation_config.json"];
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new TokenwiseError("TW_E_MODEL_CONFIG", `${file}: ${z.prettifyError(parsed.error)}`);
  const {
    eos_token_id: eos,
    pad_token_id: pad,
    do_sample: samples,
    temperature,
    top_p: topP,
    top_k: topK,
    max_new_tokens: length,
  } = parsed.data;
  return {
    stopTokens: eos == null ? [] : [eos].flat(),
    padTokenId: pad ?? undefined,
    temperature: samples === true ? (temperature ?? 1) : 0,
    topP: topP ?? undefined,
    topK: topK ?? undefined,
    maxNewTokens: length ?? undefined,
  };
}
