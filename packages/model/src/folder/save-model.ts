import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CausalModel } from "../model/causal-model.ts";
import { bytesOf, writeSafetensors, type TensorToWrite, type WeightType } from "../safetensors/write.ts";
import { INDEX, SINGLE } from "./weights.ts";

export interface SaveOptions {
  /** Default "F32". */
  readonly dtype?: WeightType;
  /** Largest file of weights, in bytes; one tensor is never divided. Default 5 GB. */
  readonly maxShardBytes?: number;
}

const isWeights = (file: string): boolean => file === INDEX || /^model(-\d{5}-of-\d{5})?\.safetensors$/.test(file);

/** As config.json spells the types. */
const dtypeNames = { F32: "float32", BF16: "bfloat16", F16: "float16" } as const;

function shardsOf(
  tensors: readonly TensorToWrite[],
  dtype: WeightType,
  limit: number,
): readonly (readonly TensorToWrite[])[] {
  const shards: TensorToWrite[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    const more = bytesOf(tensor, dtype);
    if (bytes > 0 && bytes + more > limit) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(tensor);
    bytes += more;
  }
  return shards;
}

function indexJson(shards: readonly (readonly TensorToWrite[])[], files: readonly string[], dtype: WeightType): object {
  const size = shards.flat().reduce((sum, tensor) => sum + bytesOf(tensor, dtype), 0);
  const map = shards.flatMap((shard, i) => shard.map(({ name }): [string, string] => [name, files[i]!]));
  return { metadata: { total_size: size }, weight_map: Object.fromEntries(map) };
}

/**
 * Writes a model as a Hugging Face folder: config.json (keys that this package does not know are kept), generation_config.json (if the model
 * has one) and safetensors. Each file is written aside and renamed; weight files of an earlier save that are no longer part of it are removed.
 * Tokenizer files are not this function's.
 *
 * @throws TW_E_WEIGHT_OVERFLOW  if a weight is too large for the type.
 */
export async function saveModel(
  model: CausalModel,
  folder: string,
  { dtype = "F32", maxShardBytes = 5e9 }: SaveOptions = {},
): Promise<void> {
  const tensors = [...model.parameters].map(([name, variable]) => ({
    name,
    shape: variable.shape,
    read: () => variable.data() as Promise<Float32Array>,
  }));
  const shards = shardsOf(tensors, dtype, maxShardBytes);
  const number = (i: number) => String(i).padStart(5, "0");
  const files = shards.map((_, i) =>
    shards.length === 1 ? SINGLE : `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`,
  );

  const { config } = model.source;
  const dtypeKey = "torch_dtype" in config ? "torch_dtype" : "dtype";
  const texts = new Map<string, object>();
  if (shards.length > 1) texts.set(INDEX, indexJson(shards, files, dtype));
  texts.set("config.json", { ...config, [dtypeKey]: dtypeNames[dtype] });
  if (model.source.generation !== undefined) texts.set("generation_config.json", model.source.generation);

  const staging = join(folder, ".saving");
  await mkdir(staging, { recursive: true });
  try {
    for (const [i, shard] of shards.entries()) await writeSafetensors(join(staging, files[i]!), shard, dtype);
    for (const [file, json] of texts) await writeFile(join(staging, file), `${JSON.stringify(json, null, 2)}\n`);
    const written = [...files, ...texts.keys()];
    for (const file of written) await rename(join(staging, file), join(folder, file));
    const stale = (await readdir(folder)).filter((file) => isWeights(file) && !written.includes(file));
    await Promise.all(stale.map((file) => rm(join(folder, file))));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
