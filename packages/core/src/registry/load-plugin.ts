/** Plugins by package name or path, as configuration files name them. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TokenwiseError, type Plugin } from "@tokenwise/kit";
import { resolveModuleURL } from "exsolve";
import { checkPlugin } from "./check-plugin.ts";

export interface LoadPluginOptions {
  /** How a module is imported, by its URL; default: `import()`. A command line that reads TypeScript brings its own. */
  readonly importModule?: (url: string) => Promise<unknown>;
  /** Begins the message of an error: the place that names the plugin. */
  readonly where?: string;
}

/**
 * Imports a plugin and checks it. Nothing is registered.
 *
 * @param name      an npm package, found from `fromFile` as an import there would be, or a path relative to its folder (`./my-plugin.js`).
 * @param fromFile  the configuration file that names it.
 * @throws TW_E_PLUGIN_NOT_FOUND  if there is no such package or file.
 * @throws TW_E_PLUGIN_FAILED     if importing it throws.
 * @throws TW_E_NOT_A_PLUGIN, TW_E_PLUGIN_SPEC, TW_E_PLUGIN  as `checkPlugin`.
 */
export async function loadPlugin(
  name: string,
  fromFile: string,
  { importModule = (url) => import(/* @vite-ignore */ url), where = "" }: LoadPluginOptions = {},
): Promise<Plugin> {
  const url = locate(name, fromFile, where);
  let loaded: unknown;
  try {
    loaded = await importModule(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenwiseError("TW_E_PLUGIN_FAILED", `${where}the plugin ${name} cannot be imported: ${reason}`, {
      hint: "the message is the plugin's own",
      cause,
    });
  }
  const value: unknown =
    typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : undefined;
  checkPlugin(value, `${where}what ${name} exports by default`);
  return value;
}

const isPath = (name: string): boolean => name.startsWith("./") || name.startsWith("../") || isAbsolute(name);

function locate(name: string, fromFile: string, where: string): string {
  if (isPath(name)) {
    const file = resolve(dirname(fromFile), name);
    if (existsSync(file)) return pathToFileURL(file).href;
    throw notFound(`${where}there is no file ${file}`, `paths are relative to the folder of ${fromFile}`);
  }
  const from = pathToFileURL(resolve(fromFile));
  const url = resolveModuleURL(name, { from, conditions: ["node", "import"], try: true, cache: false });
  if (url?.startsWith("file:")) return url;
  throw notFound(`${where}the package ${name} is not installed where ${fromFile} is`, `npm install ${name}`);
}

const notFound = (message: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_PLUGIN_NOT_FOUND", message, { hint });
