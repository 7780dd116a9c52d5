import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { malformed, named, type TensorEntry } from "../safetensors/header.ts";
import { openSafetensors, type SafetensorsFile } from "../safetensors/read.ts";
import { readJson } from "./json.ts";

export const SINGLE = "model.safetensors";
export const INDEX = "model.safetensors.index.json";

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** The weights of a model folder, whether in one file or several. */
export interface WeightFiles {
  readonly names: readonly string[];
  entry(name: string): { readonly file: SafetensorsFile; readonly entry: TensorEntry };
  close(): Promise<void>;
}

const exists = (path: string) => access(path).then(() => true, () => false); // prettier-ignore

/** Which file holds which tensor, as the index says: plain names of files in the same folder. */
async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const parsed = indexSchema.safeParse(await readJson(path, "TW_E_SAFETENSORS"));
  if (!parsed.success) throw malformed(path, z.prettifyError(parsed.error));
  const map = new Map(Object.entries(parsed.data.weight_map));
  for (const [name, file] of map) {
    if (file !== basename(file) || file.includes("\\") || !file.endsWith(".safetensors")) {
      throw malformed(
        path,
        `${named(name)} is said to be in ${JSON.stringify(file)}, which is no safetensors file beside the index`,
      );
    }
  }
  return map;
}

async function openAll(folder: string, files: Iterable<string>, opened: Map<string, SafetensorsFile>): Promise<void> {
  for (const file of files) opened.set(file, await openSafetensors(join(folder, file)));
}

/**
 * Opens model.safetensors, or the shards that model.safetensors.index.json names.
 *
 * @throws TW_E_NO_WEIGHTS   if the folder has neither.
 * @throws TW_E_SAFETENSORS  if a file is damaged, or index and shards disagree.
 */
export async function openWeights(folder: string): Promise<WeightFiles> {
  const opened = new Map<string, SafetensorsFile>();
  const close = async () => {
    await Promise.all([...opened.values()].map((file) => file.close()));
  };
  try {
    if (await exists(join(folder, SINGLE))) {
      await openAll(folder, [SINGLE], opened);
      const file = opened.get(SINGLE)!;
      return { names: [...file.tensors.keys()], entry: (name) => ({ file, entry: file.tensors.get(name)! }), close };
    }
    const indexPath = join(folder, INDEX);
    if (!(await exists(indexPath))) {
      throw new TokenwiseError("TW_E_NO_WEIGHTS", `${folder} has neither ${SINGLE} nor ${INDEX}`, {
        hint: "weights in other formats are not read",
      });
    }
    const map = await readIndex(indexPath);
    await openAll(folder, new Set(map.values()), opened);
    for (const [name, file] of map) {
      if (!opened.get(file)!.tensors.has(name)) throw malformed(indexPath, `${named(name)} is not in ${file}`);
    }
    for (const [file, { tensors }] of opened) {
      for (const name of tensors.keys()) {
        if (map.get(name) !== file) throw malformed(indexPath, `it does not say that ${named(name)} is in ${file}`);
      }
    }
    return {
      names: [...map.keys()],
      entry: (name) => {
        const file = opened.get(map.get(name)!)!;
        return { file, entry: file.tensors.get(name)! };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
