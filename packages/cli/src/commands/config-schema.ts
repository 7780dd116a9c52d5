import { z } from "zod";
import { configJsonSchema } from "../config/json-schema.ts";
import { exitCodes } from "../exit-codes.ts";
import { command } from "./command.ts";

export const configSchemaCommand = command({
  name: "config-schema",
  summary: "print the JSON schema of configuration files",
  details: "For editors; the first line of a YAML file names it: # yaml-language-server: $schema=FILE",
  examples: ["tokenwise config-schema > tokenwise.schema.json"],
  flags: [],
  own: z.strictObject({}),
  methodOptions: false,
  run({ io }) {
    io.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return Promise.resolve(exitCodes.done);
  },
});
