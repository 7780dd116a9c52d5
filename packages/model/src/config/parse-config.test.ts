import { describe, expect, it } from "vitest";
import { configJson } from "./config-json.ts";
import { generationDefaultsOf } from "./generation-defaults.ts";
import { llamaConfig } from "./llama-config.ts";
import { parseConfig } from "./parse-config.ts";

const smallest = {
  model_type: "llama",
  vocab_size: 32,
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 1,
  num_attention_heads: 4,
};
const llama3 = {
  rope_type: "llama3",
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};
const scaling = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 8192 };

describe("config.json", () => {
  it("with the dimensions alone has the defaults of transformers", () => {
    expect(parseConfig(smallest)).toEqual(
      llamaConfig({
        vocabSize: 32,
        hiddenSize: 16,
        intermediateSize: 24,
        numHiddenLayers: 1,
        numAttentionHeads: 4,
        headDim: 4,
      }),
    );
  });

  it.each([
    ["at the top level (transformers 4)", { rope_theta: 5e5, rope_scaling: llama3 }],
    ["in rope_parameters (transformers 5)", { rope_parameters: { rope_theta: 5e5, ...llama3 } }],
    [
      "under the older name of the type",
      { rope_theta: 5e5, rope_scaling: { ...llama3, rope_type: null, type: "llama3" } },
    ],
  ])("says how positions rotate %s", (_, rope) => {
    expect(parseConfig({ ...smallest, ...rope })).toMatchObject({ ropeTheta: 5e5, ropeScaling: scaling });
  });

  it("of Qwen2 has biases on queries, keys and values; attention_bias of Llama also on the output", () => {
    const biases = (config: object) => {
      const { queryKeyValueBias, outputBias, mlpBias } = parseConfig({ ...smallest, ...config });
      return [queryKeyValueBias, outputBias, mlpBias];
    };
    expect(biases({ model_type: "qwen2" })).toEqual([true, false, false]);
    expect(biases({ attention_bias: true })).toEqual([true, true, false]);
    expect(biases({ mlp_bias: true })).toEqual([false, false, true]);
    expect(biases({ model_type: "mistral" })).toEqual([false, false, false]);
  });

  it.each([
    [{}],
    [{ modelType: "qwen2" as const, tieWordEmbeddings: true }],
    [{ modelType: "mistral" as const, numKeyValueHeads: 2 }],
    [{ queryKeyValueBias: true, outputBias: true, mlpBias: true, ropeScaling: scaling, ropeTheta: 5e5, headDim: 6 }],
  ])("written from a configuration gives the configuration again: %j", (options) => {
    const config = llamaConfig({
      vocabSize: 32,
      hiddenSize: 16,
      intermediateSize: 24,
      numHiddenLayers: 1,
      numAttentionHeads: 4,
      ...options,
    });
    expect(parseConfig(configJson(config))).toEqual(config);
  });

  it.each([
    [{ model_type: "gpt2" }, /model_type "gpt2"/],
    [{ model_type: "toString" }, /model_type "toString"/],
    [{ hidden_act: "gelu" }, /hidden_act "gelu"/],
    [{ attention_dropout: 0.1 }, /attention_dropout 0\.1/],
    [{ quantization_config: { bits: 4 } }, /quantization_config/],
    [{ rope_scaling: { type: "linear", factor: 2 } }, /rope_type "linear"/],
    [{ rope_parameters: { rope_type: "yarn", rope_theta: 1e4, factor: 2 } }, /rope_type "yarn"/],
    [{ rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.5 } }, /partial_rotary_factor 0\.5/],
    [{ model_type: "mistral", sliding_window: 16, max_position_embeddings: 64 }, /sliding window/],
    [{ model_type: "qwen2", use_sliding_window: true }, /sliding window/],
    [{ model_type: "qwen2", layer_types: ["sliding_attention"] }, /sliding window/],
  ])("with what is not computed here is refused: %j", (options, message) => {
    const error: unknown = expect.objectContaining({
      code: "TW_E_UNSUPPORTED_MODEL",
      message: expect.stringMatching(message) as unknown,
    });
    expect(() => parseConfig({ ...smallest, ...options })).toThrow(error);
  });

  it.each([
    [{ model_type: "mistral", sliding_window: null }],
    [{ model_type: "mistral", sliding_window: 64, max_position_embeddings: 64 }],
    [{ model_type: "qwen2", use_sliding_window: false, sliding_window: 16 }],
    [{ rope_scaling: null, hidden_act: "silu", attention_dropout: 0 }],
  ])("with an option that is not in use is accepted: %j", (options) => {
    expect(parseConfig({ ...smallest, ...options }).vocabSize).toBe(32);
  });

  it.each([
    [{ vocab_size: 0 }, /vocab_size/],
    [{ hidden_size: "16" }, /hidden_size/],
    [{ num_key_value_heads: 3 }, /4 heads of 4, 3 for keys/],
    [{ head_dim: 5 }, /4 heads of 5/],
    [{ num_attention_heads: 5 }, /5 heads of 3\.2/],
    [{ rope_parameters: { rope_type: "llama3", factor: 8 } }, /low_freq_factor/],
    [{ rope_theta: -1 }, /rope_theta/],
  ])("that makes no sense is refused, naming file and key: %j", (options, message) => {
    const error: unknown = expect.objectContaining({
      code: "TW_E_MODEL_CONFIG",
      message: expect.stringMatching(message) as unknown,
    });
    expect(() => parseConfig({ ...smallest, ...options }, "a/config.json")).toThrow(error);
    expect(() => parseConfig({ ...smallest, ...options }, "a/config.json")).toThrow(/a\/config\.json/);
  });
});

describe("generation defaults", () => {
  it("come from generation_config.json, or from config.json where there is none", () => {
    expect(generationDefaultsOf({ config: { eos_token_id: 9 } })).toEqual({ stopTokens: [9], temperature: 0 });
    const generation = { eos_token_id: [2, 3], pad_token_id: 2, do_sample: true, top_k: 20, max_new_tokens: 64 };
    expect(generationDefaultsOf({ config: { eos_token_id: 9 }, generation })).toEqual({
      stopTokens: [2, 3],
      padTokenId: 2,
      temperature: 1,
      topK: 20,
      maxNewTokens: 64,
    });
  });
});
