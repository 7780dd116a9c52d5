import { together } from "@tokenwise/core";
import { z } from "zod";
import { configJsonSchema } from "../config/json-schema.ts";
import { exitCodes } from "../exit-codes.ts";
import { configFlags } from "../flags/config-flags.ts";
import { command } from "./command.ts";

export const configSchemaCommand = command({
  name: "config-schema",
  summary: "print the JSON schema of configuration files",
  details: `For editors; the first line of a YAML file names it: # yaml-language-server: $schema=FILE
It knows the methods, parts and options of the plugins that the configuration names.`,
  examples: [
    "tokenwise config-schema > tokenwise.schema.json",
    "tokenwise config-schema --config runs/dpo.yaml > tokenwise.schema.json",
  ],
  flags: configFlags(["plugins"]),
  own: z.strictObject({}),
  methodOptions: false,
  async run({ configure, io }) {
    const { plugins } = await configure("plugins");
    const { registry, named } = await plugins();
    const refusals = named.flatMap(({ refusal }) => refusal ?? []);
    if (refusals.length > 0) throw together(refusals, "TW_E_CONFIG");
    io.stdout.write(`${JSON.stringify(configJsonSchema(registry), null, 2)}\n`);
    return exitCodes.done;
  },
});
