/** Where the workspace is, what is in it, and how a command is run there: with Node's own modules alone. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** @param {string} path @returns {unknown} */
export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The folders, relative to the root, that hold a package with a `test` script. */
export const testedPackages = () =>
  ["packages", "plugins", "examples", "tools"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => {
      const manifest = join(root, folder, "package.json");
      if (!existsSync(manifest)) return false;
      const { scripts } = /** @type {{ scripts?: Record<string, string> }} */ (readJson(manifest));
      return scripts?.test !== undefined;
    });

/**
 * Runs a command at the root, its output passed on.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to this process's
 * @returns {number} its exit code; 1 if a signal ended it
 */
export const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;
