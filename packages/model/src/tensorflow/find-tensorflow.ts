/** Where TensorFlow's binding for Node is: a folder that tools/build-tfjs-node made, or a package of the project. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

/** Names a folder that tools/build-tfjs-node made. It goes before any package. */
export const folderVariable = "TOKENWISE_TFJS_NODE";

/** Peers chosen by the user. */
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

export interface TensorflowBinding {
  /** The variable, or the package, by which it was found. */
  readonly by: string;
  readonly folder: string;
  /** Of `@tensorflow/tfjs-node`. */
  readonly version: string;
  /** The version of libtensorflow, which only a folder says. */
  readonly libtensorflow?: string | undefined;
}

const manifestSchema = z.object({ version: z.string(), libtensorflow: z.string().optional() });

/**
 * Looks without loading anything: first where `TOKENWISE_TFJS_NODE` says, then for a package that this one or the project
 * can import.
 *
 * @returns undefined if there is none
 * @throws Error if the variable names what is no such folder
 */
export function findTensorflow(): TensorflowBinding | undefined {
  const named = process.env[folderVariable];
  if (named !== undefined && named !== "") return builtFolder(resolve(named));
  for (const from of [import.meta.url, join(process.cwd(), "package.json")]) {
    for (const name of packages) {
      const folder = folderOf(name, from);
      if (folder !== undefined) return { by: name, folder, ...manifestOf(folder) };
    }
  }
  return undefined;
}

function builtFolder(folder: string): TensorflowBinding {
  if (!existsSync(join(folder, "index.cjs")))
    throw new Error(`${folderVariable} names ${folder}, which is no folder that tools/build-tfjs-node made`);
  return { by: folderVariable, folder, ...manifestOf(folder) };
}

const manifestOf = (folder: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));

/** Where a package lies, its links followed, for who imports it from a file; undefined if it is not there. */
export function folderOf(name: string, from: string): string | undefined {
  try {
    return realpathSync(dirname(createRequire(from).resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}
