/** Copies of a package that an import from some folder could find. Of TensorFlow.js and the kit there should be one. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Copy {
  readonly folder: string;
  readonly version: string;
}

/** Those in `node_modules` of the folders and of what contains them, and one level below, where npm puts what differs. */
export function copiesOf(name: string, folders: readonly string[]): readonly Copy[] {
  const roots = folders.flatMap(upwards).map((folder) => join(folder, "node_modules"));
  const nested = roots.flatMap(packagesIn).map((folder) => join(folder, "node_modules"));
  const found = [...roots, ...nested]
    .map((root) => join(root, name))
    .filter((folder) => existsSync(join(folder, "package.json")));
  return [...new Set(found.map((folder) => realpathSync(folder)))].map((folder) => ({
    folder,
    version: versionOf(folder),
  }));
}

function upwards(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

function packagesIn(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  const names = readdirSync(root).filter((name) => !name.startsWith("."));
  return names.flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(root, name)).map((inner) => join(root, name, inner)) : [join(root, name)],
  );
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
  return version ?? "unknown";
}
