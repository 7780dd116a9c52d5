import { createModel } from "../../src/model/create-model.ts";
import type { CausalModel } from "../../src/model/causal-model.ts";
import { llamaConfig, type LlamaConfig } from "../../src/config/llama-config.ts";

/** A tiny model with weights large enough that its predictions differ from token to token. */
export const tinyModel = (options: Partial<LlamaConfig> = {}, seed = 1): CausalModel =>
  createModel(
    llamaConfig({
      vocabSize: 23,
      hiddenSize: 16,
      intermediateSize: 24,
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      initializerRange: 0.3,
      ...options,
    }),
    { seed },
  );

/** Token ids below 23 that differ from place to place. */
export const someTokens = (length: number, salt = 0): Int32Array =>
  Int32Array.from({ length }, (_, i) => (7 * i + i * i + 5 * salt + 3) % 23);

/** Largest difference of two arrays, relative to the largest number of the second. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  const scale = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!))) / scale;
}
