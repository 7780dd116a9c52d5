/** npx tsx examples/03-adpo-bandit/src/run.ts [--seeds 10] [--steps 200] [--batch 64] [--hidden 64] [--contexts 2000] [--backend auto] */
import { parseArgs } from "node:util";
import { TokenwiseError } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { z } from "zod";
import { mostValues } from "./interval.ts";
import { runStudy, type Row } from "./study.ts";
import { renderDifferences, renderTable } from "./table.ts";

const count = z.coerce.number().int().positive();
const schema = z.object({
  seeds: z.coerce.number().int().min(2).max(mostValues),
  steps: count,
  batch: count,
  hidden: count,
  contexts: count,
  backend: z.enum(["auto", "native", "wasm", "cpu", "tensorflow"]),
});
const defaults = { seeds: "10", steps: "200", batch: "64", hidden: "64", contexts: "2000", backend: "auto" };

function options(args: string[]): z.output<typeof schema> {
  try {
    const text = (value: string) => ({ type: "string", default: value }) as const;
    const known = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, text(value)]));
    return schema.parse(parseArgs({ args, options: known }).values);
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    const hint = Object.entries(defaults).map(([name, value]) => `--${name} ${value}`);
    throw new TokenwiseError("TW_E_USAGE", what, { hint: `the options and their defaults: ${hint.join(" ")}`, cause });
  }
}

const progress = ({ corruption, severity }: Row): void => console.error(`${corruption}, ${severity}: done`);

async function main(): Promise<void> {
  const { backend, ...sizes } = options(process.argv.slice(2));
  console.error(`backend ${await useBackend(backend)}`);
  const rows = runStudy({ ...sizes, testContexts: Math.ceil(sizes.contexts / 2), onRow: progress });
  console.log(`${renderTable(rows)}\n\n${renderDifferences(rows)}`);
}

main().catch((error: unknown) => {
  if (!TokenwiseError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
});
