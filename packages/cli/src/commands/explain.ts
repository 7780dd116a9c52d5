import { writeFile } from "node:fs/promises";
import { inspect, readsReference, type InspectedGroup } from "@tokenwise/core";
import { renderReport } from "@tokenwise/report";
import { z } from "zod";
import { adviseAnnotation } from "../annotate/annotate-command.ts";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import { exitCodes } from "../exit-codes.ts";
import { methodsNamed } from "../explain/methods-named.ts";
import { openModels } from "../explain/open-models.ts";
import { renderGroup, renderLegend, renderPrompt } from "../explain/render-groups.ts";
import { configFlags } from "../flags/config-flags.ts";
import { colorsOf } from "../output/colors.ts";
import { command } from "./command.ts";
import { backendKeys } from "../config/start-backend.ts";

const given = ["model", "reference", "data", "method", "plugins", "annotation", "read", ...backendKeys, "seed"];

const own = z.strictObject({
  policy: z
    .string()
    .optional()
    .describe("folder of the model to look at; default: the output folder if it holds a model, else model"),
  row: z.int().positive().default(1).describe("the first row that is shown, from 1 in the order of those kept"),
  rows: z.int().positive().default(1).describe("how many rows"),
  values: z.boolean().default(false).describe("every token's values as a table, beside the colours"),
  html: z.string().optional().describe("write a page with it"),
  json: z.boolean().default(false).describe("print JSON lines, one for each method and row"),
});

interface Explained {
  readonly name: string;
  readonly groups: readonly InspectedGroup[];
}

export const explain = command({
  name: "explain",
  summary: "show what methods make of each token of a pair",
  details: `For a row of the data, what each method weighs: w_t of every token in colour, and with --values, or where there are no
colours, w_t, log π, ρ_t = log π − log π_ref and their product in nats; with s, β, ℓ, and ω where it is not 1. Each METHOD is a name, or YAML such as
'{ use: dpo, beta: 0.5 }'; without one it is the configured method.`,
  examples: [
    "tokenwise explain",
    "tokenwise explain dpo '{ use: dpo, beta: 0.5 }' --model smollm2 --data pairs.jsonl --row 3 --html pair.html",
  ],
  operands: { name: "method", description: "methods to compare; default: the configured one" },
  flags: configFlags(given),
  own,
  methodOptions: true,
  async run({ configure, own: { policy, row, rows: count, values, html, json }, operands, io }) {
    const configured = await configure();
    const data = configured.required("data", "data");
    const methods = await methodsNamed(operands, configured);
    const models = await openModels(configured, policy);
    try {
      const explained: Explained[] = [];
      for (const { name, method } of methods) {
        const reference = readsReference(method) ? { reference: models.reference } : {};
        const options = { model: models.policy, ...reference, data, method, row, count };
        const { seed, cacheReference, parts } = configured.config;
        // What the configured method would be trained from.
        const begins = models.untrained && operands.length === 0 && parts !== undefined ? { parts } : {};
        const inspecting = inspect({
          ...options,
          ...begins,
          seed,
          cacheReference,
          ...rowOptions(configured.config),
          ...annotationOptions(configured.config),
        });
        const { groups } = await inspecting.catch((error: unknown) => {
          throw adviseAnnotation(error, configured, operands.length > 0 ? name : undefined);
        });
        explained.push({ name, groups });
      }
      if (json) for (const line of jsonLines(explained)) io.stdout.write(line);
      else io.stdout.write(asText(explained, models.described, { values, colors: colorsOf(io) }));
      if (html !== undefined) {
        const title = `What ${explained.map(({ name }) => name).join(", ")} weigh`;
        await writeFile(
          html,
          renderReport({ title, notes: [models.described], runs: [], tokens: { methods: explained } }),
        );
        io.stderr.write(`the page is in ${html}\n`);
      }
    } finally {
      models.dispose();
    }
    return exitCodes.done;
  },
});

const jsonLines = (explained: readonly Explained[]): readonly string[] =>
  explained.flatMap(({ name, groups }) => groups.map((group) => `${JSON.stringify({ method: name, ...group })}\n`));

/** Row by row, the methods under each other. */
function asText(explained: readonly Explained[], models: string, options: Parameters<typeof renderGroup>[2]): string {
  const rows = explained[0]?.groups ?? [];
  const parts = rows.map(({ source, prompt }, index) => {
    const heading = `${source.file}:${source.line}\n${renderPrompt(prompt)}\n`;
    const methods = explained.map(({ name, groups }) => renderGroup(name, groups[index]!, options));
    return [heading, ...methods].join("\n");
  });
  return `policy ${models}\n${renderLegend(options.colors)}\n${parts.join("\n")}`;
}
