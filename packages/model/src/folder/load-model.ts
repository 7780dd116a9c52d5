import { access } from "node:fs/promises";
import { join } from "node:path";
import { tf, TokenwiseError } from "@tokenwise/kit";
import { generationDefaultsOf } from "../config/generation-defaults.ts";
import { parseConfig } from "../config/parse-config.ts";
import type { LlamaConfig } from "../config/llama-config.ts";
import type { CausalModel } from "../model/causal-model.ts";
import { llama } from "../model/llama.ts";
import { parameterShapes, type ParameterShape } from "../model/parameter-shapes.ts";
import { variablesFrom } from "../model/variables.ts";
import { readJson, type JsonObject } from "./json.ts";
import { named } from "../safetensors/header.ts";
import { openWeights, type WeightFiles } from "./weights.ts";

/** Tensors that some checkpoints carry though nothing reads them: tables of old Llama checkpoints, and the copy of a tied embedding. */
function isSuperfluous(name: string, { tieWordEmbeddings }: LlamaConfig): boolean {
  return name.endsWith(".rotary_emb.inv_freq") || (tieWordEmbeddings && name === "lm_head.weight");
}

/** Every parameter is there with its shape, and nothing else is. */
function checkWeights(
  files: WeightFiles,
  shapes: readonly ParameterShape[],
  config: LlamaConfig,
  folder: string,
): void {
  const found = new Set(files.names);
  for (const { name, shape } of shapes) {
    if (!found.has(name)) {
      throw new TokenwiseError("TW_E_WEIGHT_MISSING", `${folder}: the weights have no "${name}"`, {
        hint:
          name === "lm_head.weight"
            ? "should config.json say tie_word_embeddings?"
            : "does config.json belong to these weights?",
      });
    }
    const { file, entry } = files.entry(name);
    if (entry.shape.length !== shape.length || entry.shape.some((length, i) => length !== shape[i])) {
      throw new TokenwiseError(
        "TW_E_WEIGHT_SHAPE",
        `${file.path}: ${named(name)} is [${entry.shape}], but config.json makes it [${shape}]`,
      );
    }
  }
  const known = new Set(shapes.map(({ name }) => name));
  const extra = files.names.find((name) => !known.has(name) && !isSuperfluous(name, config));
  if (extra !== undefined) {
    throw new TokenwiseError(
      "TW_E_WEIGHT_UNEXPECTED",
      `${files.entry(extra).file.path}: ${named(extra)} belongs to no parameter of this architecture`,
      {
        hint: "is it another architecture, or an adapter that must be merged first?",
      },
    );
  }
}

async function readOptional(path: string): Promise<JsonObject | undefined> {
  const there = await access(path).then(() => true, () => false); // prettier-ignore
  return there ? ((await readJson(path, "TW_E_MODEL_CONFIG")) as JsonObject) : undefined;
}

/**
 * Reads a Hugging Face model folder: config.json, generation_config.json (if there is one) and safetensors, in one file or sharded.
 *
 * One tensor is in memory at a time beside the model. Run it with the backend chosen: the variables live there.
 *
 * @throws TW_E_MODEL_CONFIG, TW_E_UNSUPPORTED_MODEL  for config.json or generation_config.json.
 * @throws TW_E_NO_WEIGHTS, TW_E_SAFETENSORS, TW_E_WEIGHT_MISSING, TW_E_WEIGHT_SHAPE, TW_E_WEIGHT_UNEXPECTED, TW_E_WEIGHT_DTYPE  for the weights.
 */
export async function loadModel(folder: string): Promise<CausalModel> {
  const configPath = join(folder, "config.json");
  const config = (await readJson(configPath, "TW_E_MODEL_CONFIG")) as JsonObject;
  const generation = await readOptional(join(folder, "generation_config.json"));
  const parsed = parseConfig(config, configPath);
  generationDefaultsOf({ config, generation }); // fails before the weights are read
  const files = await openWeights(folder);
  const tensors: [name: string, values: tf.Tensor][] = [];
  try {
    const shapes = parameterShapes(parsed);
    checkWeights(files, shapes, parsed, folder);
    for (const { name, shape } of shapes) {
      const { file, entry } = files.entry(name);
      tensors.push([name, tf.tensor(await file.read(entry), [...shape], "float32")]);
    }
    return llama(parsed, variablesFrom(tensors, true), { config, generation });
  } catch (error) {
    tensors.forEach(([, values]) => values.dispose());
    throw error;
  } finally {
    await files.close();
  }
}
