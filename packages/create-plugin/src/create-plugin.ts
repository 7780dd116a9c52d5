import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CreateError } from "./create-error.ts";
import type { Kind } from "./kinds.ts";
import type { PluginName } from "./plugin-name.ts";
import { renderPlugin } from "./render.ts";

/** The folder, in which nothing is. @throws TW_E_FOLDER_EXISTS  for a file, or a folder with anything in it. */
export function freeFolder(path: string): string {
  const folder = resolve(path);
  const taken = existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0);
  if (taken)
    throw new CreateError("TW_E_FOLDER_EXISTS", `${folder} is there already`, "name another one with --folder");
  return folder;
}

/**
 * Writes a project of its own.
 *
 * @returns its files, by their paths in it.
 * @throws TW_E_FOLDER_EXISTS, TW_E_PLUGIN_NAME
 */
export function createPlugin(name: PluginName, kind: Kind, folder: string): readonly string[] {
  const root = freeFolder(folder);
  const files = renderPlugin(name, kind, "project");
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: "wx" });
  }
  return [...files.keys()];
}
