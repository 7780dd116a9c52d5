/** What a run knows by name: methods and parts of the kit and of the plugins registered with it. One registry per run; none is global. */
import { dpo, nearest, sft, TokenwiseError, type Factory, type Plugin } from "@tokenwise/kit";
import { checkPlugin, kitName } from "./check-plugin.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { standardParts } from "./standard-parts.ts";
import { unpairedMethod } from "./unpaired.ts";

export interface Registered {
  /** The plugin that provides it; what comes with the kit is of "@tokenwise/kit". */
  readonly plugin: string;
  /** `plugin/name`, by which it can always be found. */
  readonly qualified: string;
  readonly factory: Factory;
}

export interface Registry {
  /**
   * @throws TW_E_NOT_A_PLUGIN, TW_E_PLUGIN_SPEC, TW_E_PLUGIN, TW_E_KIT_COPY  as `checkPlugin`.
   * @throws TW_E_PLUGIN_TWICE  if a plugin of this name is registered already.
   */
  register(plugin: Plugin): void;
  /**
   * @param name   the factory's name alone, or `plugin/name`.
   * @param where  begins the message of an error: the place that names it.
   * @throws TW_E_UNKNOWN_METHOD, TW_E_UNKNOWN_PART  naming the nearest known one.
   * @throws TW_E_UNPAIRED  for a name of a method that learns from single responses.
   * @throws TW_E_AMBIGUOUS_NAME  if several plugins provide it.
   */
  find(kind: Factory["kind"], name: string, where?: string): Factory;
  /** In the order of registration. */
  readonly entries: readonly Registered[];
}

export interface RegistryOptions {
  /** Plugin packages that are there, for the message about an unknown name; default: none. None is loaded. */
  readonly installed?: () => readonly Pick<InstalledPlugin, "name" | "keywords">[];
}

/** A registry with the methods and the standard parts of the kit, and the plugins given. */
export function createRegistry(plugins: Iterable<Plugin> = [], { installed }: RegistryOptions = {}): Registry {
  const builtIn = [dpo, sft, ...standardParts] as unknown as readonly Factory[];
  const entries: Registered[] = builtIn.map((factory) => registered(kitName, factory));
  const registry: Registry = {
    entries,
    register(plugin) {
      checkPlugin(plugin);
      if (entries.some((entry) => entry.plugin === plugin.name))
        throw new TokenwiseError("TW_E_PLUGIN_TWICE", `${plugin.name} is registered already`, {
          hint: "name each plugin once",
        });
      entries.push(...plugin.provides.map((factory) => registered(plugin.name, factory)));
    },
    find(kind, name, where = "") {
      const ofKind = entries.filter(({ factory }) => factory.kind === kind);
      const found = ofKind.filter((entry) => entry.factory.id === name || entry.qualified === name);
      const [first, second] = found;
      if (!first)
        throw (
          (kind === "method" ? unpairedMethod(name, where) : undefined) ??
          unknown(kind, name, where, entries, installed?.() ?? [])
        );
      if (second)
        throw new TokenwiseError(
          "TW_E_AMBIGUOUS_NAME",
          `${where}"${name}" is provided by ${found.map(({ plugin }) => plugin).join(" and ")}`,
          { hint: `say which: ${found.map(({ qualified }) => qualified).join(" or ")}` },
        );
      return first.factory;
    },
  };
  for (const plugin of plugins) registry.register(plugin);
  return registry;
}

const registered = (plugin: string, factory: Factory): Registered => ({
  plugin,
  qualified: `${plugin}/${factory.id}`,
  factory,
});

function unknown(
  kind: Factory["kind"],
  name: string,
  where: string,
  entries: readonly Registered[],
  installed: ReturnType<NonNullable<RegistryOptions["installed"]>>,
): TokenwiseError {
  const known = entries.filter(({ factory }) => factory.kind === kind);
  const names = known.flatMap((entry) => (name.includes("/") ? entry.qualified : entry.factory.id));
  const other = entries.some(({ factory }) => factory.kind !== kind && factory.id === name);
  const idle = installed.filter((each) => entries.every(({ plugin }) => plugin !== each.name));
  const likely = idle.find((each) => mayProvide(each, name));
  const near = nearest(name, names);
  const confused = other
    ? `; "${name}" is a ${kind === "method" ? "part" : "method"}${near}`
    : likely
      ? `; ${likely.name}, which is installed but not named under plugins, may have it`
      : near;
  const others =
    idle.length > 0
      ? `These are installed, but are not named under plugins: ${idle.map((each) => each.name).join(", ")}`
      : "Others come with plugins: name the plugin's package under plugins";
  return new TokenwiseError(
    kind === "method" ? "TW_E_UNKNOWN_METHOD" : "TW_E_UNKNOWN_PART",
    `${where}there is no ${kind} "${name}"${confused}`,
    { hint: `known: ${names.join(", ")}. ${others}` },
  );
}

/** A package is not loaded for what its name or its keywords say. */
const mayProvide = ({ name, keywords }: { readonly name: string; readonly keywords: readonly string[] }, id: string) =>
  id.startsWith(`${name}/`) ||
  keywords.includes(id) ||
  name.replace(/^@[^/]*\//, "").replace(/^(tokenwise-)?(plugin-)?/, "") === id;
