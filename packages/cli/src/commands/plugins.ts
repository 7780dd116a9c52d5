import { describeOptions, optionsTable, roleOf, together, type Registered, type Registry } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { exitCodes } from "../exit-codes.ts";
import { configFlags } from "../flags/config-flags.ts";
import { table } from "../output/format.ts";
import { findPlugins } from "../plugins/find-plugins.ts";
import { renderFindings } from "../plugins/render-findings.ts";
import { command } from "./command.ts";

const own = z.strictObject({
  markdown: z.boolean().default(false).describe("print the options of the names given as tables for a readme"),
  json: z.boolean().default(false).describe("print one JSON object, or with names one line for each"),
});

export const plugins = command({
  name: "plugins",
  summary: "what plugins provide, and why one is refused",
  details: `Lists what the configuration names, what is installed beside it without being named, and what comes with the kit; with a
NAME of a method or part, its options. Exits with 2 if a plugin that is named is refused.`,
  examples: [
    "tokenwise plugins",
    "tokenwise plugins dpo implicit-reward",
    "tokenwise plugins my-method --plugin ./my-plugin.js --markdown",
  ],
  operands: { name: "name", description: "methods and parts whose options are shown; plugin/name where names clash" },
  flags: configFlags(["plugins"]),
  own,
  methodOptions: false,
  async run({ configure, own: { markdown, json }, operands, io }) {
    const configured = await configure("plugins");
    const { registry, named } = await configured.plugins();
    const refusals = named.flatMap(({ refusal }) => refusal ?? []);
    if (operands.length === 0) {
      if (markdown) throw new TokenwiseError("TW_E_USAGE", "--markdown needs the name of a method or part");
      const findings = await findPlugins(configured);
      io.stdout.write(json ? `${JSON.stringify(findings)}\n` : renderFindings(findings));
      return refusals.length > 0 ? exitCodes.usage : exitCodes.done;
    }
    const entries = operands.map((name) => find(registry, name, refusals));
    const shown = json ? asJson : markdown ? asMarkdown : asText;
    io.stdout.write(entries.map(shown).join(json ? "" : "\n"));
    return exitCodes.done;
  },
});

/** By its name alone or with its plugin's, method or part. A plugin that was refused may have provided it. */
function find(registry: Registry, name: string, refusals: readonly TokenwiseError[]): Registered {
  const isPart = registry.entries.some(
    ({ factory, qualified }) => factory.kind === "part" && [factory.id, qualified].includes(name),
  );
  const isMethod = registry.entries.some(
    ({ factory, qualified }) => factory.kind === "method" && [factory.id, qualified].includes(name),
  );
  try {
    const factory = registry.find(isPart && !isMethod ? "part" : "method", name);
    return registry.entries.find((entry) => entry.factory === factory)!;
  } catch (error) {
    if (TokenwiseError.is(error)) throw together([...refusals, error]);
    throw error;
  }
}

const asJson = ({ plugin, factory }: Registered): string => {
  const { id: name, paper } = factory;
  const about = { name, plugin, role: roleOf(factory), ...(paper && { paper }) };
  return `${JSON.stringify({ ...about, options: describeOptions(factory) })}\n`;
};

const asMarkdown = ({ factory }: Registered): string => optionsTable(describeOptions(factory));

function asText({ plugin, factory }: Registered): string {
  const { id, paper } = factory;
  const rows = describeOptions(factory).map((row) => [`  ${row.name}`, row.type, row.default, row.description]);
  const options = rows.length === 0 ? "  no options\n" : table([["  name", "type", "default", "meaning"], ...rows]);
  return [`${id}, ${roleOf(factory)} of ${plugin}`, ...(paper ? [`${paper.title}, ${paper.url}`] : []), options].join(
    "\n",
  );
}
