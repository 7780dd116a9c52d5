/** The files of a project: those of its kind over what all projects have, with the names put in. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateError } from "./create-error.ts";
import type { Kind } from "./kinds.ts";
import type { PluginName } from "./plugin-name.ts";
import { version } from "./version.ts";

/** "project": with tools and CI of its own. "workspace": a plugin of this repository. */
export type Layout = "project" | "workspace";

/** Beside src/ and dist/ alike. */
const template = fileURLToPath(new URL("../template/", import.meta.url));
const license = fileURLToPath(new URL("../LICENSE", import.meta.url));

/**
 * The text of each file by its path in the project. Templates are a plugin that compiles and passes its tests as it stands, under the
 * names that `names` replaces.
 *
 * @throws TW_E_PLUGIN_NAME  if the name means something in the template already.
 */
export function renderPlugin(name: PluginName, kind: Kind, layout: Layout): ReadonlyMap<string, string> {
  const texts = new Map([
    ...filesIn(join(template, "common")),
    ...filesIn(join(template, layout)),
    ...filesIn(join(template, "kinds", kind)),
    ["LICENSE", readFileSync(license, "utf8")] as const,
  ]);
  for (const [path, text] of texts) if (path.endsWith(".ts")) refuseImported(name, text);
  const names = [
    ["package-name", name.package],
    ["part-name", name.id],
    ["partName", name.identifier],
    ["0.0.0-kit", `^${version}`], // packages are released together
  ] as const;
  const replaced = (text: string): string => names.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return new Map([...texts].map(([path, text]) => [replaced(path), replaced(text)]));
}

/** npm leaves out of packages, or reads, files of these names; so they stand under others here. */
const stored: Readonly<Record<string, string>> = {
  "_package.json": "package.json",
  _gitignore: ".gitignore",
  _github: ".github",
};

const filesIn = (folder: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const [first = "", ...rest] = relative(folder, path).split(sep);
      return [[stored[first] ?? first, ...rest].join("/"), readFileSync(path, "utf8")];
    });

function refuseImported({ identifier }: PluginName, text: string): void {
  const imported = [...text.matchAll(/^import (?:\w+, )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").map((each) => each.replace("type ", "").trim()),
  );
  if (imported.includes(identifier))
    throw new CreateError("TW_E_PLUGIN_NAME", `"${identifier}" is what the project imports`, "add a word to the name");
}
