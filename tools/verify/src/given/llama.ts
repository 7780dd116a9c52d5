/** The tiny Llama of a case file: weights by formula. */
import { goldenModel, type GoldenModel } from "@tokenwise-tools/golden-runs";
import { tf } from "@tokenwise/kit";
import { packTrees, type CausalModel } from "@tokenwise/model";
import { z } from "zod";

const count = z.int().positive();
const coefficient = z.number();
export const modelSchema = z.object({
  config: z.object({
    vocab_size: count,
    hidden_size: count,
    intermediate_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    num_key_value_heads: count,
    head_dim: count,
    rms_norm_eps: z.number(),
    rope_theta: z.number(),
    tie_word_embeddings: z.boolean().default(false),
  }),
  coefficients: z.object({
    a: coefficient,
    c: coefficient,
    d: coefficient,
    e: coefficient,
    scale: coefficient,
    a2: coefficient,
    c2: coefficient,
    d2: coefficient,
    e2: coefficient,
    amp: coefficient,
  }),
  parameters: z.array(z.tuple([z.string(), z.array(z.int())])),
}) satisfies z.ZodType<GoldenModel>;

export { goldenModel, type GoldenModel };

/** Logits [position][token] of a sequence. */
export function logitsOfSequence(model: CausalModel, ids: readonly number[]): number[][] {
  return tf.tidy(() => {
    const stream = packTrees([{ prefix: Int32Array.from(ids), branches: [] }]);
    const { hidden } = model.forward(stream);
    return tf.matMul(hidden, model.unembedding, false, true).arraySync() as number[][];
  });
}
