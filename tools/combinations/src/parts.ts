/** Every part that the kit and the plugins of the workspace provide, by its place in a method. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRegistry, kitName, roleOf, type Registered, type Registry } from "@tokenwise/core";
import type { Plugin } from "@tokenwise/kit";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The places of a method, in the order in which the page lists them, and what `roleOf` calls the parts of each. */
const roles = {
  weighter: "token weighter",
  beta: "β controller",
  scorer: "scorer",
  loss: "loss",
  emphasis: "prompt weighter",
  targets: "target policy",
  auxiliaries: "auxiliary loss",
  anchor: "anchor policy",
} as const;

export type Place = keyof typeof roles;
export const places = Object.keys(roles) as readonly Place[];
/** What every method of one objective has. */
export const required: readonly Place[] = ["beta", "scorer", "loss"];
export const roleAt = (place: Place): string => roles[place];

/** The plugins are found in the folder: none is named. */
export async function registryOfAll(): Promise<Registry> {
  const folder = join(root, "plugins");
  const sources = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name, "src/index.ts"))
    .filter((source) => existsSync(source));
  const modules = sources.map((source) => import(pathToFileURL(source).href) as Promise<{ readonly default: Plugin }>);
  return createRegistry((await Promise.all(modules)).map((module) => module.default));
}

/** The qualified names of the parts of each place. */
export type Parts = Readonly<Record<Place, readonly string[]>>;

export function partsByPlace({ entries }: Registry): Parts {
  const parts = entries.filter(({ factory }) => factory.kind === "part");
  const at = (place: Place): readonly string[] =>
    parts.filter(({ factory }) => roleOf(factory) === roles[place]).map(({ qualified }) => qualified);
  return Object.fromEntries(places.map((place) => [place, at(place)])) as unknown as Parts;
}

export const methodsOf = ({ entries }: Registry): readonly Registered[] =>
  entries.filter(({ factory }) => factory.kind === "method");

/** As a person says it: the plugin is left out for what comes with the kit. */
export const shortName = (qualified: string): string => qualified.replace(`${kitName}/`, "");
