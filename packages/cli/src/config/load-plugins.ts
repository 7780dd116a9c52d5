/** The plugins that a configuration names: loaded and registered, or refused, each for itself. */
import { createRegistry, installedPlugins, loadPlugin, locatePlugin, type Registry } from "@tokenwise/core";
import { atPlace, TokenwiseError, type Path, type Plugin } from "@tokenwise/kit";
import { importModule } from "./import-module.ts";

/** A plugin of the configuration. */
export interface NamedPlugin {
  /** As the configuration names it; a value by the name that it has. */
  readonly named: string;
  /** `tokenwise.yaml:3: plugins.0` */
  readonly where: string;
  /** URL of its module; undefined for a value, and for what is not found. */
  readonly url?: string;
  /** Undefined where it is refused. */
  readonly plugin?: Plugin;
  readonly refusal?: TokenwiseError;
}

export interface LoadedPlugins {
  /** The kit's methods and parts, and those of the plugins that are not refused. */
  readonly registry: Registry;
  readonly named: readonly NamedPlugin[];
}

/**
 * @param from  the configuration file: packages and paths are looked for from there.
 * @param at    the place of an item.
 */
export async function loadPlugins(
  plugins: readonly unknown[],
  from: string,
  at: (path: Path) => string,
): Promise<LoadedPlugins> {
  const registry = createRegistry([], {
    installed: () => installedPlugins(from).filter(({ name }) => !plugins.includes(name)),
  });
  const named: NamedPlugin[] = [];
  for (const [index, item] of plugins.entries())
    named.push(await register(registry, item, from, at(["plugins", index])));
  return { registry, named };
}

async function register(registry: Registry, item: unknown, from: string, where: string): Promise<NamedPlugin> {
  const about = { named: typeof item === "string" ? item : nameOf(item), where };
  let url: string | undefined;
  try {
    if (typeof item === "string") url = locatePlugin(item, from, `${where}: `);
    const plugin =
      typeof item === "string" ? await loadPlugin(item, from, { importModule, where: `${where}: ` }) : item;
    registry.register(plugin as Plugin);
    return { ...about, plugin: plugin as Plugin, ...(url !== undefined && { url }) };
  } catch (error) {
    if (!TokenwiseError.is(error)) throw error;
    return { ...about, refusal: placed(error, where), ...(url !== undefined && { url }) };
  }
}

const nameOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "name" in value ? String(value.name) : "a value";

/** What is refused at registration does not know where it was named. */
const placed = (error: TokenwiseError, where: string): TokenwiseError =>
  error.message.startsWith(where) ? error : atPlace(where, error);
