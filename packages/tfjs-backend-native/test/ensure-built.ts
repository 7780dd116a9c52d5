/**
 * A global setup for vitest, of every package: the addon as its sources are now, and `native` among the backends that a suite runs on. Without
 * a compiler there is no such backend, and its tests are skipped.
 */
import type { TestProject } from "vitest/node";
import { BuildError } from "../scripts/build-error.mjs";
import { build } from "../scripts/build-addon.mjs";

export async function setup(project: TestProject): Promise<void> {
  try {
    await build();
    project.provide("backends", [...(project.config.provide.backends ?? []), "native"]);
  } catch (error) {
    if (!(error instanceof BuildError) || error.code !== "ERR_NATIVE_NO_COMPILER") throw error;
    console.warn(`${error.code}: ${error.message}: the tests of the backend native are skipped`);
  }
}
