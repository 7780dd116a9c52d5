/** The addon as its sources are now: a global setup for vitest, of every package whose tests compute on it. Without a compiler they do without. */
import { BuildError } from "../scripts/build-error.mjs";
import { build } from "../scripts/build-addon.mjs";

export const setup = async (): Promise<void> => {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError) || error.code !== "ERR_NATIVE_NO_COMPILER") throw error;
    console.warn(`${error.code}: ${error.message}: the tests of the backend "native" are skipped`);
  }
};
