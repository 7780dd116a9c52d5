/** The addon as its sources are now: a global setup for vitest. */
import { build } from "../scripts/build.mjs";

export const setup = async (): Promise<void> => {
  await build();
};
