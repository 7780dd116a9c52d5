/** Plugins that are installed where a configuration is, by the keyword of their package: found, not loaded. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The keyword by which a package says that it is a plugin. */
const keyword = "tokenwise-plugin";

export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly description: string;
  readonly keywords: readonly string[];
}

/** Those in `node_modules` of the folder of a file and of the folders around it; of one name the nearest. */
export function installedPlugins(fromFile: string): readonly InstalledPlugin[] {
  const found = upwards(dirname(resolve(fromFile))).flatMap((folder) => pluginsIn(join(folder, "node_modules")));
  const names = found.map(({ name }) => name);
  const nearest = found.filter(({ name }, index) => names.indexOf(name) === index);
  return nearest.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The folder of an installed package, whether or not it can be imported. */
export const packageFolder = (name: string, fromFile: string): string | undefined =>
  upwards(dirname(resolve(fromFile)))
    .map((folder) => join(folder, "node_modules", name))
    .find((folder) => existsSync(join(folder, "package.json")));

export function upwards(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

function pluginsIn(root: string): readonly InstalledPlugin[] {
  return foldersIn(root).flatMap((name) =>
    name.startsWith("@")
      ? foldersIn(join(root, name)).flatMap((inner) => pluginAt(join(root, name, inner)))
      : pluginAt(join(root, name)),
  );
}

const foldersIn = (root: string): readonly string[] =>
  existsSync(root) ? readdirSync(root).filter((name) => !name.startsWith(".")) : [];

function pluginAt(folder: string): readonly InstalledPlugin[] {
  const { name, version, keywords, description } = readManifest(folder);
  if (typeof name !== "string" || !Array.isArray(keywords) || !keywords.includes(keyword)) return [];
  const about = typeof description === "string" ? description : "";
  return [{ name, version: String(version), folder, description: about, keywords: keywords.map(String) }];
}

/** `package.json` of a folder; empty where there is none, or it is damaged. */
export function readManifest(folder: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}
