import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createModel, parseConfig, saveModel } from "@tokenwise/model";
import { contextLength, specialTokens, vocabulary, writeTokenizer } from "./world/tokenizer.ts";

const tokenIds = {
  bos_token_id: vocabulary.indexOf(specialTokens.start),
  eos_token_id: vocabulary.indexOf(specialTokens.end),
  pad_token_id: vocabulary.indexOf(specialTokens.pad),
};

/** A Llama of 0.1 million parameters: small enough to train in plain JavaScript, large enough to write grammatical reviews. */
export const modelConfig = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: vocabulary.length,
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  hidden_act: "silu",
  max_position_embeddings: contextLength,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  rope_parameters: { rope_type: "default", rope_theta: 10_000 },
  attention_bias: false,
  mlp_bias: false,
  tie_word_embeddings: true,
  initializer_range: 0.05,
  dtype: "float32",
  ...tokenIds,
};

/** Writes a Hugging Face folder with random weights, the same for the same seed on the same backend. */
export async function writeUntrainedModel(folder: string, seed: number): Promise<void> {
  const model = createModel(parseConfig(modelConfig), { seed });
  await saveModel(model, folder);
  model.dispose();
  // saveModel knows the architecture only; the token ids are this world's.
  const write = (name: string, content: object) =>
    writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  await write("config.json", modelConfig);
  await write("generation_config.json", { ...tokenIds, do_sample: true, temperature: 1 });
  await writeTokenizer(folder);
}
