import { resolve } from "node:path";
import { createRegistry, loadPlugin, resolveMethod, type MethodSpec } from "@tokenwise/core";
import { type Method, type Path, type Plugin, TokenwiseError } from "@tokenwise/kit";
import type { GivenFlag } from "../flags/flag.ts";
import { checkConfig } from "./check-config.ts";
import { findConfig } from "./find-config.ts";
import { importModule } from "./import-module.ts";
import { isMethod } from "./is-method.ts";
import { readConfig } from "./read-config.ts";
import type { Config } from "./schema.ts";

export interface Configured {
  readonly config: Config;
  /** The configuration file, if there is one. */
  readonly file: string | undefined;
  /** @throws TW_E_CONFIG_INCOMPLETE  if the key is not set. */
  readonly required: <K extends keyof Config>(key: K, flag: string) => NonNullable<Config[K]>;
  /** The configured method, once its plugins are loaded. @throws the coded errors of plugins and `resolveMethod`. */
  readonly method: () => Promise<Method>;
}

/**
 * The configuration that a command runs under: the file named or found, then the flags.
 *
 * @throws TW_E_CONFIG_FILE, TW_E_CONFIG_SYNTAX, TW_E_CONFIG
 */
export async function configure(named: string | undefined, flags: readonly GivenFlag[]): Promise<Configured> {
  const file = named ?? findConfig();
  const source = file === undefined ? undefined : await readConfig(file);
  const { config, at } = checkConfig(source, flags);
  const byFlag = flags.some(({ path }) => path[0] === "plugins");
  const from = resolve(byFlag || file === undefined ? "command line" : file);
  const load = (name: string, where: string): Promise<Plugin> =>
    loadPlugin(name, from, { importModule, where: `${where}: ` });
  const configured: Configured = {
    config,
    file,
    required(key, flag) {
      const value = config[key];
      if (value !== undefined) return value;
      throw new TokenwiseError("TW_E_CONFIG_INCOMPLETE", `${key} is not set`, {
        hint: `set ${key} in ${file ?? "a configuration, such as tokenwise.yaml"}, or give --${flag}`,
      });
    },
    async method() {
      const given = configured.required("method", "method");
      if (isMethod(given)) return given;
      const plugins = (config.plugins ?? []) as readonly (string | Plugin)[];
      const registry = createRegistry();
      for (const [index, plugin] of plugins.entries())
        registry.register(typeof plugin === "string" ? await load(plugin, at(["plugins", index])) : plugin);
      return resolveMethod(given as MethodSpec, registry, { at: (path: Path) => at(["method", ...path]) });
    },
  };
  return configured;
}
