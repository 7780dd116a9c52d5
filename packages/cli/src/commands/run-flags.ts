import { z } from "zod";

/** The flags of commands that train. */
export const runFlags = {
  resume: z.boolean().default(false).describe("go on from the newest checkpoint in the output folder"),
  json: z.boolean().default(false).describe("print the run's events as JSON lines"),
};
