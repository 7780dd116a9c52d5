import { join, resolve } from "node:path";
import { resolveMethod, type MethodSpec } from "@tokenwise/core";
import { TokenwiseError, type Method, type Path } from "@tokenwise/kit";
import type { GivenFlag } from "../flags/flag.ts";
import { byLine } from "./by-line.ts";
import { checkConfig } from "./check-config.ts";
import { findConfig } from "./find-config.ts";
import { isMethod } from "./is-method.ts";
import { loadPlugins, type LoadedPlugins } from "./load-plugins.ts";
import { readConfig } from "./read-config.ts";
import type { Config } from "./schema.ts";
import type { Source } from "./source.ts";

export interface Configured {
  readonly config: Config;
  /** The configuration file, if there is one. */
  readonly file: string | undefined;
  /** The flags that went before it. */
  readonly flags: readonly GivenFlag[];
  /** The file from which packages are looked for; it need not be there. */
  readonly from: string;
  /** @throws TW_E_CONFIG_INCOMPLETE  if the key is not set. */
  readonly required: <K extends keyof Config>(key: K, flag: string) => NonNullable<Config[K]>;
  /** How the place of a value is named. */
  readonly at: (path: Path) => string;
  /** The plugins that are named, loaded once. */
  readonly plugins: () => Promise<LoadedPlugins>;
  /** The configured method, once its plugins are loaded. @throws the coded errors of plugins and `resolveMethod`. */
  readonly method: () => Promise<Method>;
  /** The method of a specification, by the plugins of the configuration. @throws as `method`. */
  readonly resolve: (spec: MethodSpec, at: (path: Path) => string) => Promise<Method>;
}

/**
 * The configuration that a command runs under: the file named or found, then the flags.
 *
 * @param only  reads the plugins of the file, and nothing else of it.
 * @throws TW_E_CONFIG_FILE, TW_E_CONFIG_SYNTAX
 * @throws TW_E_CONFIG  with all that is wrong, in plugins and the method too as far as it can be known.
 */
export async function configure(
  named: string | undefined,
  flags: readonly GivenFlag[],
  only?: "plugins",
): Promise<Configured> {
  const file = named ?? findConfig();
  const read = file === undefined ? undefined : await readConfig(file);
  const source = read && only !== undefined ? pluginsOf(read) : read;
  const { config, given, problem, at } = checkConfig(source, flags);
  const byFlag = flags.some(({ path }) => path[0] === "plugins");
  const from = byFlag || file === undefined ? join(resolve("."), "package.json") : resolve(file);

  let loading: Promise<LoadedPlugins> | undefined;
  const plugins = (): Promise<LoadedPlugins> =>
    (loading ??= loadPlugins(Array.isArray(given.plugins) ? given.plugins : [], from, at));
  const resolveAll = async (spec: unknown, where: (path: Path) => string): Promise<Method> => {
    const { registry, named: all } = await plugins();
    const refusals = all.flatMap(({ refusal }) => refusal ?? []);
    try {
      const method = isMethod(spec) ? spec : resolveMethod(spec as MethodSpec, registry, { at: where });
      if (refusals.length === 0) return method;
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
      if (refusals.length === 0 || !mayBeOfARefusedPlugin(error)) refusals.push(error);
    }
    throw byLine(file, refusals, "TW_E_CONFIG");
  };
  const ofMethod = (path: Path): string => at(["method", ...path]);
  if (problem) {
    const others = await refusalOf(() => resolveAll(isSpec(given.method) ? given.method : "dpo", ofMethod));
    throw byLine(file, [problem, ...others], "TW_E_CONFIG");
  }

  const required: Configured["required"] = (key, flag) => {
    const value = config[key];
    if (value !== undefined) return value;
    throw new TokenwiseError("TW_E_CONFIG_INCOMPLETE", `${key} is not set`, {
      hint: `set ${key} in ${file ?? "a configuration, such as tokenwise.yaml"}, or give --${flag}`,
    });
  };
  const method = async (): Promise<Method> => resolveAll(required("method", "method"), ofMethod);
  return { config, file, flags, from, required, at, plugins, method, resolve: resolveAll };
}

/** What the schema of configurations lets through: the rest is said by it already. */
const isSpec = (method: unknown): boolean =>
  typeof method === "string" || (typeof method === "object" && method !== null && !Array.isArray(method));

function pluginsOf({ value, ...source }: Source): Source {
  const plugins = typeof value === "object" && value !== null && "plugins" in value ? value.plugins : undefined;
  return { ...source, value: plugins === undefined ? {} : { plugins } };
}

/** An unknown name that is near none may be that of a plugin which could not be loaded. */
const mayBeOfARefusedPlugin = ({ code, message }: TokenwiseError): boolean =>
  ["TW_E_UNKNOWN_METHOD", "TW_E_UNKNOWN_PART"].includes(code) && !message.includes("did you mean");

async function refusalOf(resolving: () => Promise<unknown>): Promise<readonly TokenwiseError[]> {
  try {
    await resolving();
    return [];
  } catch (error) {
    if (TokenwiseError.is(error)) return [error];
    throw error;
  }
}
