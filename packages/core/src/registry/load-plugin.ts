/** Plugins by package name or path, as configuration files name them. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { atPlace, nearest, replacedBackends, TokenwiseError, type Plugin } from "@tokenwise/kit";
import { resolveModuleURL } from "exsolve";
import { checkPlugin } from "./check-plugin.ts";
import { otherTensorflow } from "./copies.ts";
import { installedPlugins, packageFolder } from "./installed-plugins.ts";

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
 * @throws TW_E_PLUGIN_FAILED     if importing it throws, or it has nothing to import.
 * @throws TW_E_TENSORFLOW_COPY   if it brings a second TensorFlow.js.
 * @throws TW_E_PLUGIN            if `method()`, `part()` or `plugin()` refuses what it declares.
 * @throws TW_E_NOT_A_PLUGIN, TW_E_PLUGIN_SPEC, TW_E_PLUGIN, TW_E_KIT_COPY  as `checkPlugin`.
 */
export async function loadPlugin(
  name: string,
  fromFile: string,
  { importModule = (url) => import(/* @vite-ignore */ url), where = "" }: LoadPluginOptions = {},
): Promise<Plugin> {
  const url = locatePlugin(name, fromFile, where);
  const before = replacedBackends();
  let loaded: unknown;
  try {
    loaded = await importModule(url);
  } catch (cause) {
    throw failed(name, where, cause);
  }
  const replaced = replacedBackends().filter((backend) => !before.includes(backend));
  if (replaced.length > 0) {
    const folder = packageFolder("@tensorflow/tfjs-core", fileURLToPath(url)) ?? "a place that is not known";
    throw otherTensorflow(
      `${where}the plugin ${name} brings a second copy of TensorFlow.js, in ${folder}`,
      replaced,
      "what a plugin imports is found from its own folder: install its packed file (npm pack) in this project, or run where it lies. ",
    );
  }
  const value: unknown =
    typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : undefined;
  checkPlugin(value, `${where}the default export of ${name}`);
  return value;
}

const isPath = (name: string): boolean => name.startsWith("./") || name.startsWith("../") || isAbsolute(name);

/** The URL of the module that a plugin's name stands for. @throws TW_E_PLUGIN_NOT_FOUND, TW_E_PLUGIN_FAILED */
export function locatePlugin(name: string, fromFile: string, where = ""): string {
  if (isPath(name)) {
    const file = resolve(dirname(fromFile), name);
    if (existsSync(file)) return pathToFileURL(file).href;
    throw notFound(`${where}there is no file ${file}`, `paths are relative to ${dirname(resolve(fromFile))}`);
  }
  const from = pathToFileURL(resolve(fromFile));
  const url = resolveModuleURL(name, { from, conditions: ["node", "import"], try: true, cache: false });
  if (url?.startsWith("file:")) return url;
  const folder = packageFolder(name, fromFile);
  if (folder !== undefined)
    throw new TokenwiseError("TW_E_PLUGIN_FAILED", `${where}the package ${name} in ${folder} has nothing to import`, {
      hint: "what exports or main of its package.json names is not there; is it built?",
    });
  const near = nearest(
    name,
    installedPlugins(fromFile).map((plugin) => plugin.name),
  );
  throw notFound(
    `${where}the package ${name} is not installed in ${dirname(resolve(fromFile))}${near}`,
    near === "" ? `npm install ${name}` : "write it so; what is installed is listed by tokenwise plugins",
  );
}

const notFound = (message: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_PLUGIN_NOT_FOUND", message, { hint });

function failed(name: string, where: string, cause: unknown): TokenwiseError {
  if (TokenwiseError.is(cause) && cause.code === "TW_E_PLUGIN") return atPlace(`${where}the plugin ${name}`, cause);
  const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n  hint: ")[0] ?? "";
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(reason)?.[1];
  const hint =
    missing === undefined
      ? "the message is the plugin's own"
      : isPath(missing)
        ? "a file of the plugin is missing; is it built?"
        : `${name} imports ${missing}, which is not installed: npm install ${missing}`;
  return new TokenwiseError("TW_E_PLUGIN_FAILED", `${where}the plugin ${name} cannot be imported: ${reason}`, {
    hint,
    cause,
  });
}
