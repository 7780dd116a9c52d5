import type { LlamaConfig } from "./llama-config.ts";

const architectures = { llama: "LlamaForCausalLM", mistral: "MistralForCausalLM", qwen2: "Qwen2ForCausalLM" } as const;

/** config.json of a model that was not read from one; for transformers 4 (rope_theta, rope_scaling) and 5 (rope_parameters). */
export function configJson(config: LlamaConfig): Record<string, unknown> {
  const { modelType, ropeScaling } = config;
  const scaling = ropeScaling && {
    rope_type: "llama3",
    factor: ropeScaling.factor,
    low_freq_factor: ropeScaling.lowFreqFactor,
    high_freq_factor: ropeScaling.highFreqFactor,
    original_max_position_embeddings: ropeScaling.originalMaxPositionEmbeddings,
  };
  return {
    architectures: [architectures[modelType]],
    model_type: modelType,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    head_dim: config.headDim,
    max_position_embeddings: config.maxPositionEmbeddings,
    rms_norm_eps: config.rmsNormEps,
    initializer_range: config.initializerRange,
    tie_word_embeddings: config.tieWordEmbeddings,
    hidden_act: "silu",
    ...(modelType === "llama" ? { attention_bias: config.queryKeyValueBias, mlp_bias: config.mlpBias } : {}),
    ...(modelType === "mistral" ? { sliding_window: null } : {}),
    ...(modelType === "qwen2" ? { use_sliding_window: false } : {}),
    rope_theta: config.ropeTheta,
    ...(scaling === undefined ? {} : { rope_scaling: scaling }),
    rope_parameters: { rope_type: "default", rope_theta: config.ropeTheta, ...scaling },
  };
}
