import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import type { Llama3Scaling } from "../ops/rope.ts";
import { llamaConfig, type LlamaConfig } from "./llama-config.ts";

const count = z.number().int().positive();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const ropeSchema = z.looseObject({
  rope_type: orNull(z.string()),
  /** The older name of rope_type. */
  type: orNull(z.string()),
  rope_theta: orNull(z.number().positive()),
  partial_rotary_factor: orNull(z.number()),
  factor: orNull(z.number().positive()),
  low_freq_factor: orNull(z.number().positive()),
  high_freq_factor: orNull(z.number().positive()),
  original_max_position_embeddings: orNull(count),
});

/** config.json, as far as this package reads it; further keys are kept for saving, never interpreted. */
const configSchema = z.looseObject({
  model_type: z.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: orNull(count),
  head_dim: orNull(count),
  max_position_embeddings: orNull(count),
  rms_norm_eps: orNull(z.number().positive()),
  initializer_range: orNull(z.number().positive()),
  tie_word_embeddings: orNull(z.boolean()),
  hidden_act: orNull(z.string()),
  attention_bias: orNull(z.boolean()),
  mlp_bias: orNull(z.boolean()),
  attention_dropout: orNull(z.number()),
  sliding_window: orNull(z.number()),
  use_sliding_window: orNull(z.boolean()),
  layer_types: orNull(z.array(z.string())),
  rope_theta: orNull(z.number().positive()),
  rope_scaling: orNull(ropeSchema),
  rope_parameters: orNull(ropeSchema),
  quantization_config: z.unknown().optional(),
});

type ConfigFile = z.output<typeof configSchema>;

/** Contexts that transformers assumes where config.json has none. */
const defaultContext = { llama: 2048, mistral: 131_072, qwen2: 32_768 } as const;
const isSupported = (type: string): type is keyof typeof defaultContext => Object.hasOwn(defaultContext, type);

function refuse(file: string, what: string, hint = "this package computes the plain Llama architecture only"): never {
  throw new TokenwiseError("TW_E_UNSUPPORTED_MODEL", `${file}: ${what} is not supported`, { hint });
}

/** Everything that would change the numbers and is not computed here. */
function refuseUnsupported(config: ConfigFile, file: string): void {
  const slides =
    (config.layer_types ?? []).some((type) => type !== "full_attention") ||
    (config.model_type === "qwen2" && config.use_sliding_window === true) ||
    (config.model_type === "mistral" &&
      (config.sliding_window ?? Infinity) < (config.max_position_embeddings ?? defaultContext.mistral));
  if (slides) refuse(file, "attention in a sliding window");
  if (config.hidden_act !== undefined && config.hidden_act !== "silu")
    refuse(file, `hidden_act "${config.hidden_act}"`);
  if ((config.attention_dropout ?? 0) !== 0)
    refuse(file, `attention_dropout ${config.attention_dropout}`, "set it to 0");
  if (config.quantization_config != null)
    refuse(file, "quantization_config", "convert the weights to F32, F16 or BF16");
}

function ropeOf(config: ConfigFile, file: string): { ropeTheta: number; ropeScaling?: Llama3Scaling } {
  const parameters = config.rope_parameters ?? config.rope_scaling;
  const ropeTheta = config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000;
  if (parameters === undefined) return { ropeTheta };
  const type = parameters.rope_type ?? parameters.type ?? "default";
  if ((parameters.partial_rotary_factor ?? 1) !== 1)
    refuse(file, `partial_rotary_factor ${parameters.partial_rotary_factor}`);
  if (type === "default") return { ropeTheta };
  if (type !== "llama3") refuse(file, `rope_type "${type}"`);
  const {
    factor,
    low_freq_factor: low,
    high_freq_factor: high,
    original_max_position_embeddings: context,
  } = parameters;
  if (factor === undefined || low === undefined || high === undefined || context === undefined || high <= low) {
    throw new TokenwiseError(
      "TW_E_MODEL_CONFIG",
      `${file}: rope_type "llama3" needs factor, low_freq_factor < high_freq_factor and original_max_position_embeddings`,
    );
  }
  return {
    ropeTheta,
    ropeScaling: { factor, lowFreqFactor: low, highFreqFactor: high, originalMaxPositionEmbeddings: context },
  };
}

/**
 * The configuration that a Hugging Face config.json describes.
 *
 * @param json  parsed content
 * @param file  its name, for messages
 * @throws TW_E_MODEL_CONFIG       if a value is missing or makes no sense.
 * @throws TW_E_UNSUPPORTED_MODEL  for an architecture or option that this package does not compute.
 */
export function parseConfig(json: unknown, file = "config.json"): LlamaConfig {
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) throw new TokenwiseError("TW_E_MODEL_CONFIG", `${file}: ${z.prettifyError(parsed.error)}`);
  const config = parsed.data;
  const {
    model_type: modelType,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads = heads,
    attention_bias: bias = false,
  } = config;
  if (!isSupported(modelType))
    refuse(file, `model_type "${modelType}"`, `supported are ${Object.keys(defaultContext).join(", ")}`);
  refuseUnsupported(config, file);
  const headDim = config.head_dim ?? config.hidden_size / heads;
  return llamaConfig(
    {
      modelType,
      vocabSize: config.vocab_size,
      hiddenSize: config.hidden_size,
      intermediateSize: config.intermediate_size,
      numHiddenLayers: config.num_hidden_layers,
      numAttentionHeads: heads,
      numKeyValueHeads: keyValueHeads,
      headDim,
      maxPositionEmbeddings: config.max_position_embeddings ?? defaultContext[modelType],
      rmsNormEps: config.rms_norm_eps ?? 1e-6,
      initializerRange: config.initializer_range ?? 0.02,
      tieWordEmbeddings: config.tie_word_embeddings ?? false,
      queryKeyValueBias: modelType === "qwen2" || (modelType === "llama" && bias),
      outputBias: modelType === "llama" && bias,
      mlpBias: modelType === "llama" && (config.mlp_bias ?? false),
      ...ropeOf(config, file),
    },
    file,
  );
}
