/** One build of a folder at a time, so that processes that ask at once do not all compile. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** @param {string} folder */
function holderOf(folder) {
  try {
    return Number(readFileSync(join(folder, "pid"), "utf8"));
  } catch {
    return undefined; // not written yet, or gone
  }
}

/** @param {number} pid */
function lives(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Runs `action` while no other process runs its own under the same lock; a holder that died is not waited for. Two that both find it
 * dead may run at once: the action must bear that, at the price of doing the work twice.
 *
 * @template T
 * @param {string} folder of the lock: must not exist, but the one above it
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function locked(folder, action) {
  for (let unnamed = 0; ;) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const holder = holderOf(folder);
    unnamed = holder === undefined ? unnamed + 1 : 0;
    if (unnamed > 20 || (holder !== undefined && !lives(holder))) rmSync(folder, { recursive: true, force: true });
    else await setTimeout(100);
  }
  try {
    writeFileSync(join(folder, "pid"), String(process.pid));
    return await action();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
