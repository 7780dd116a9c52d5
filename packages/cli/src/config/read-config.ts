import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { importModule } from "./import-module.ts";
import { readYaml } from "./read-yaml.ts";
import type { Source } from "./source.ts";

/**
 * Reads a configuration, YAML or a module, by its extension. Its content is not checked here.
 *
 * @throws TW_E_CONFIG_FILE    if it is missing, fails to load or exports no configuration.
 * @throws TW_E_CONFIG_SYNTAX  if it is not YAML.
 */
export async function readConfig(file: string): Promise<Source> {
  if (/\.ya?ml$/.test(file)) return readYaml(await readText(file), file);
  if (!/\.[mc]?[jt]s$/.test(file))
    throw wrong(`${file} is neither YAML nor a module`, "name a file that ends in .yaml, .yml, .ts, .mts, .js or .mjs");
  await readText(file);
  let loaded: unknown;
  try {
    loaded = await importModule(resolve(file));
  } catch (cause) {
    if (TokenwiseError.is(cause)) throw cause;
    throw wrong(`${file} fails to load: ${cause instanceof Error ? cause.message : String(cause)}`, undefined, cause);
  }
  if (typeof loaded !== "object" || loaded === null || !("default" in loaded))
    throw wrong(`${file} exports nothing by default`, "export default defineConfig({ … })");
  if (loaded.default === null || loaded.default instanceof Promise)
    throw wrong(
      `${file} exports ${loaded.default === null ? "null" : "a promise"} by default`,
      "export default defineConfig({ … })",
    );
  return { file, value: loaded.default, at: () => file };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw wrong(`${file}: ${code === "ENOENT" ? "no such file" : (cause as Error).message}`, undefined, cause);
  }
}

const wrong = (message: string, hint?: string, cause?: unknown): TokenwiseError =>
  new TokenwiseError("TW_E_CONFIG_FILE", message, { ...(hint !== undefined && { hint }), cause });
