/** The one way a package of this workspace is built: ESM, declarations, source maps. */
import { defineConfig, type Options } from "tsup";

export const library = (options: Options = {}) =>
  defineConfig({
    entry: ["src/index.ts"],
    format: "esm",
    target: "node20",
    dts: true,
    sourcemap: true,
    clean: true,
    ...options,
  });
