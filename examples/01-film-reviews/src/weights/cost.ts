import type { LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { meanOf } from "@tokenwise/sweep";
import type { Pair } from "../demo/pairs.ts";

/** What weights of every training pair take beside a training by DPO. */
export interface Effort {
  /** Models that are trained for it: on one response of each pair, or by DPO on both, the reference included. */
  readonly trained?: "sft" | "dpo";
  /** Forward passes over the pairs, and backward passes to the input. */
  readonly forward?: number;
  readonly backward?: number;
}

type Config = LanguageModel["model"]["config"];

/**
 * Floating-point operations of a forward pass of one token: two for every number in a matrix, the output's among them, and the products of
 * attention with the tokens before it.                                                                        [Kaplan et al. 2020, Table 1]
 */
export function forwardFlops(config: Config, tokensBefore: number): number {
  const { hiddenSize: width, headDim, numAttentionHeads: heads, numKeyValueHeads: keys } = config;
  const projections = 2 * width * headDim * (heads + keys);
  const layer = projections + 3 * width * config.intermediateSize + 2 * tokensBefore * heads * headDim;
  return 2 * (config.numHiddenLayers * layer + width * config.vocabSize);
}

export interface EffortOptions {
  readonly pairs: readonly Pair[];
  /** Of models that are trained for the weights, in pairs. */
  readonly seen: number;
  readonly models: number;
}

/** Of an effort, about: a backward pass to weights and input counts two forward passes, one to the input alone counts one. */
export function flopsOf(
  { trained, forward = 0, backward = 0 }: Effort,
  { model, tokenizer }: LanguageModel,
  { pairs, seen, models }: EffortOptions,
): number {
  const lengths = pairs.flatMap(({ prompt, chosen, rejected }) =>
    [chosen, rejected].map((response) => promptTokens(tokenizer, `${prompt}${response}`).length),
  );
  const ofResponse = meanOf(lengths.map((length) => length * forwardFlops(model.config, length / 2)));
  const ofStep = trained === undefined ? 0 : trained === "sft" ? 3 : 2 * (3 + 1);
  return ofResponse * (models * seen * ofStep + 2 * pairs.length * (forward + backward));
}
