import { TokenwiseError } from "@tokenwise/kit";
import type { Llama3Scaling } from "../ops/rope.ts";

/** Dimensions and options of a causal language model of the Llama family, as config.json names them, in camel case. */
export interface LlamaConfig {
  readonly modelType: "llama" | "mistral" | "qwen2";
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number;
  readonly maxPositionEmbeddings: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** Llama 3's scaling of the rotary frequencies; absent: none. */
  readonly ropeScaling?: Llama3Scaling | undefined;
  readonly tieWordEmbeddings: boolean;
  /** Biases on the query, key and value projections (Qwen2; Llama with attention_bias). */
  readonly queryKeyValueBias: boolean;
  /** A bias on the attention's output projection (Llama with attention_bias). */
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** Standard deviation of new weights. */
  readonly initializerRange: number;
}

type Required = "vocabSize" | "hiddenSize" | "intermediateSize" | "numHiddenLayers" | "numAttentionHeads";

/**
 * A complete configuration from the dimensions that have no default.
 *
 * @param where  where it comes from, for messages
 * @throws TW_E_MODEL_CONFIG  if heads do not divide as they must.
 */
export function llamaConfig(
  given: Pick<LlamaConfig, Required> & Partial<LlamaConfig>,
  where = "the configuration",
): LlamaConfig {
  const config: LlamaConfig = {
    modelType: "llama",
    numKeyValueHeads: given.numAttentionHeads,
    headDim: given.hiddenSize / given.numAttentionHeads,
    maxPositionEmbeddings: 2048,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    tieWordEmbeddings: false,
    queryKeyValueBias: given.modelType === "qwen2",
    outputBias: false,
    mlpBias: false,
    initializerRange: 0.02,
    ...given,
  };
  const { headDim, numAttentionHeads: heads, numKeyValueHeads: keyValueHeads } = config;
  if (!Number.isInteger(headDim) || headDim % 2 !== 0 || heads % keyValueHeads !== 0) {
    throw new TokenwiseError("TW_E_MODEL_CONFIG", `${where}: ${heads} heads of ${headDim}, ${keyValueHeads} for keys`, {
      hint: "a head's size must be an even integer, and the number of heads a multiple of that of key-value heads",
    });
  }
  return config;
}
