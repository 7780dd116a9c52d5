/** Installs what package-lock.json asks for, unless it is there already. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson, root, run } from "./workspace.mjs";

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lockfile
 */

/** npm writes this file last, so an install that was cut off is not taken for a complete one. */
const record = join(root, "node_modules/.package-lock.json");

const isInstalled = () => {
  if (!existsSync(record)) return false;
  const present = /** @type {Lockfile} */ (readJson(record)).packages;
  const wanted = /** @type {Lockfile} */ (readJson(join(root, "package-lock.json"))).packages;
  return Object.entries(wanted)
    .filter(
      ([path, locked]) => path.includes("node_modules/") && !locked.optional && !locked.devOptional && !locked.peer,
    )
    .every(([path, { version }]) => path in present && present[path]?.version === version);
};

export const bootstrap = () => {
  if (isInstalled()) return;
  console.log("Installing what package-lock.json asks for: npm ci");
  const code = run("npm", ["ci"]);
  if (code !== 0) process.exit(code);
};

/** Compiles what changed of the native backend; where it cannot be, it says so, and another backend is taken. */
export const compileNative = () => void run("node", ["packages/tfjs-backend-native/scripts/install.mjs"]);
