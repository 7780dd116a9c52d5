import { z } from "zod";

/** The flags of commands that train. */
export const runFlags = {
  resume: z.boolean().default(false).describe("go on from the newest checkpoint in the output folder"),
  watch: z.boolean().default(false).describe("serve the run's page on 127.0.0.1 while it goes, and print its address"),
  watchPort: z.int().min(0).max(65535).optional().describe("port of that page, which it implies; default: a free one"),
  json: z.boolean().default(false).describe("print the run's events as JSON lines"),
};

export type RunFlags = z.output<z.ZodObject<typeof runFlags>>;
