import type { LlamaConfig } from "../config/llama-config.ts";

export interface ParameterShape {
  /** As Hugging Face names it. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** Every parameter of a model, in the order of Hugging Face's state dict; a tied lm_head is left out. */
export function parameterShapes(config: LlamaConfig): readonly ParameterShape[] {
  const { hiddenSize: width, intermediateSize: inner, vocabSize, headDim, numHiddenLayers } = config;
  const queryWidth = config.numAttentionHeads * headDim;
  const keyWidth = config.numKeyValueHeads * headDim;
  const projection = (name: string, output: number, input: number, bias: boolean): ParameterShape[] => [
    { name: `${name}.weight`, shape: [output, input] },
    ...(bias ? [{ name: `${name}.bias`, shape: [output] }] : []),
  ];
  const layer = (prefix: string): ParameterShape[] => [
    ...projection(`${prefix}.self_attn.q_proj`, queryWidth, width, config.queryKeyValueBias),
    ...projection(`${prefix}.self_attn.k_proj`, keyWidth, width, config.queryKeyValueBias),
    ...projection(`${prefix}.self_attn.v_proj`, keyWidth, width, config.queryKeyValueBias),
    ...projection(`${prefix}.self_attn.o_proj`, width, queryWidth, config.outputBias),
    ...projection(`${prefix}.mlp.gate_proj`, inner, width, config.mlpBias),
    ...projection(`${prefix}.mlp.up_proj`, inner, width, config.mlpBias),
    ...projection(`${prefix}.mlp.down_proj`, width, inner, config.mlpBias),
    { name: `${prefix}.input_layernorm.weight`, shape: [width] },
    { name: `${prefix}.post_attention_layernorm.weight`, shape: [width] },
  ];
  return [
    { name: "model.embed_tokens.weight", shape: [vocabSize, width] },
    ...Array.from({ length: numHiddenLayers }, (_, i) => layer(`model.layers.${i}`)).flat(),
    { name: "model.norm.weight", shape: [width] },
    ...(config.tieWordEmbeddings ? [] : [{ name: "lm_head.weight", shape: [vocabSize, width] }]),
  ];
}
