import { TokenwiseError } from "@tokenwise/kit";
import type { GenerateOptions, GenerationDefaults } from "@tokenwise/model";

export interface SamplingFlags {
  readonly maxNewTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
}

/** Longest response where neither the command line nor the model says, in tokens. */
const usualLength = 128;

/**
 * How to sample: the flags, then what the model's generation_config.json says.
 *
 * @param room  tokens that the model's context leaves after the longest prompt.
 * @throws TW_E_USAGE  for a flag without effect.
 */
export function sampling(
  flags: SamplingFlags,
  model: GenerationDefaults,
  eosId: number,
  room: number,
): Omit<GenerateOptions, "seed"> {
  const temperature = flags.temperature ?? model.temperature;
  const cut = flags.topK !== undefined ? "--top-k" : flags.topP !== undefined ? "--top-p" : undefined;
  if (temperature === 0 && cut !== undefined)
    throw new TokenwiseError("TW_E_USAGE", `${cut} changes nothing at temperature 0`, {
      hint:
        flags.temperature === undefined
          ? "the model's own temperature is 0: give --temperature 1"
          : "raise --temperature",
    });
  return {
    temperature,
    maxNewTokens: flags.maxNewTokens ?? model.maxNewTokens ?? Math.max(1, Math.min(usualLength, room)),
    topK: flags.topK ?? model.topK,
    topP: flags.topP ?? model.topP,
    stopTokens: [...new Set([eosId, ...model.stopTokens])],
  };
}
