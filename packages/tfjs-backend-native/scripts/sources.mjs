/** The C++ sources, and what each is compiled from: a name made of contents says whether an object is current, whatever the clocks say. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildError } from "./build-error.mjs";

export const packageFolder = fileURLToPath(new URL("..", import.meta.url));
/** Whether this is a checkout: a package as it is published has no TypeScript. */
export const isCheckout = existsSync(join(packageFolder, "src"));

export const sourceFolder = join(packageFolder, "native");

/** @returns {{ folder: string, version: string }} Node's headers, from the npm package node-api-headers. @throws ERR_NATIVE_NO_HEADERS */
export function nodeHeaders() {
  const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));
  try {
    const { include_dir: folder } = /** @type {{ include_dir: string }} */ (require("node-api-headers"));
    if (!existsSync(join(folder, "node_api.h"))) throw new Error(`${folder} has no node_api.h`);
    const { version } = /** @type {{ version: string }} */ (require("node-api-headers/package.json"));
    return { folder, version };
  } catch (cause) {
    throw new BuildError("ERR_NATIVE_NO_HEADERS", "the npm package node-api-headers is missing or incomplete", {
      cause,
    });
  }
}

/** @param {string} folder @returns {string[]} */
const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** @returns {string[]} @throws ERR_NATIVE_NO_SOURCES */
export function sourceFiles() {
  const files = existsSync(sourceFolder) ? filesUnder(sourceFolder).filter((file) => file.endsWith(".cpp")) : [];
  if (files.length === 0)
    throw new BuildError("ERR_NATIVE_NO_SOURCES", `the C++ sources are missing: nothing to compile in ${sourceFolder}`);
  return files.sort();
}

/** The file and all that it includes by `#include "…"`, each once. @param {string} file @param {Set<string>} [seen] @returns {Set<string>} */
function withIncludes(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) {
    const found = [join(dirname(file), name), join(sourceFolder, name)].find((path) => existsSync(path));
    if (found) withIncludes(found, seen);
  }
  return seen;
}

/**
 * @param {string} file
 * @param {string} how  everything else that the object depends on
 * @returns {string} the object's file name
 */
export function objectName(file, how) {
  const hash = createHash("sha256").update(how);
  for (const input of [...withIncludes(file)].sort())
    hash.update(`\0${relative(sourceFolder, input)}\0`).update(readFileSync(input));
  const name = relative(sourceFolder, file)
    .replaceAll(sep, "-")
    .replace(/\.cpp$/, "");
  return `${name}-${hash.digest("hex").slice(0, 16)}.o`;
}
