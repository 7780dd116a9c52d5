/** The packages of the workspace as tarballs, as `npm publish` would send them. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

interface Packed {
  readonly name: string;
  readonly filename: string;
}

/** The folders of the packages that are published. */
export const published = ["packages", "plugins"]
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .filter(
    (folder) => (JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest).private !== true,
  );

/** Packs every package, as it was built, into a folder. @returns the tarball of each name. */
export function packAll(folder: string): Readonly<Record<string, string>> {
  const folders = published.map((path) => `./${path}`);
  const report = execFileSync("npm", ["pack", "--json", "--pack-destination", folder, ...folders], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const packed = JSON.parse(report.toString()) as readonly Packed[];
  return Object.fromEntries(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}
