import type { MethodSpec } from "@tokenwise/core";
import type { Method, Plugin } from "@tokenwise/kit";
import type { z } from "zod";
import type { configSchema } from "./schema.ts";

/** What `tokenwise.config.ts` exports by default. */
export interface Configuration extends Omit<z.input<typeof configSchema>, "method" | "plugins"> {
  /** A method, as `dpo({ beta: 0.1 })` or `compose({ … })` make it, or as YAML writes it. */
  readonly method?: Method | MethodSpec;
  /** Plugins, or the packages that export them. */
  readonly plugins?: readonly (string | Plugin)[];
}

/** The identity, for the types: `export default defineConfig({ … })`. */
export const defineConfig = (configuration: Configuration): Configuration => configuration;
