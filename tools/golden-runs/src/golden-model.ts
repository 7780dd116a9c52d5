import { createModel, llamaConfig, type CausalModel } from "@tokenwise/model";

type Coefficient = "a" | "c" | "d" | "e" | "scale" | "a2" | "c2" | "d2" | "e2" | "amp";

/** What a golden file says of its tiny Llama; `weights` there is the formula in words. */
export interface GoldenModel {
  readonly config: Readonly<{
    vocab_size: number;
    hidden_size: number;
    intermediate_size: number;
    num_hidden_layers: number;
    num_attention_heads: number;
    num_key_value_heads: number;
    head_dim: number;
    rms_norm_eps: number;
    rope_theta: number;
    tie_word_embeddings?: boolean;
  }>;
  readonly coefficients: Readonly<Record<Coefficient, number>>;
  /** Names in the order that numbers them, with shapes. */
  readonly parameters: readonly (readonly (string | readonly number[])[])[];
}

/**
 * The tiny Llama of the authors' five-step runs. Parameter number p, flat index i:
 *
 *   s = sin(a i + c (p+1) i² + d p + e);   norms: 1 + s/10;   others: scale · s,
 *   and for the reference + amp sin(a₂ i + c₂ (p+1) i² + d₂ p + e₂)
 */
export function goldenModel(
  { config, coefficients: k, parameters }: GoldenModel,
  role: "policy" | "reference",
): CausalModel {
  const order = parameters.map(([name]) => name);
  const architecture = llamaConfig({
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    numKeyValueHeads: config.num_key_value_heads,
    headDim: config.head_dim,
    rmsNormEps: config.rms_norm_eps,
    ropeTheta: config.rope_theta,
    tieWordEmbeddings: config.tie_word_embeddings ?? false,
  });
  return createModel(architecture, {
    weights(name, shape) {
      const p = order.indexOf(name);
      if (p < 0) throw new Error(`the golden file has no parameter "${name}"`);
      const size = shape.reduce((product, length) => product * length, 1);
      return Float32Array.from({ length: size }, (_, i) => {
        const s = Math.sin(k.a * i + k.c * (p + 1) * i * i + k.d * p + k.e);
        if (name.includes("norm")) return 1 + 0.1 * s;
        const shift = k.amp * Math.sin(k.a2 * i + k.c2 * (p + 1) * i * i + k.d2 * p + k.e2);
        return k.scale * s + (role === "reference" ? shift : 0);
      });
    },
  });
}
