import { join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { readRuns, renderReport } from "@tokenwise/report";
import { z } from "zod";
import { exitCodes } from "../exit-codes.ts";
import { replaceFile } from "../output/replace-file.ts";
import { command } from "./command.ts";

export const report = command({
  name: "report",
  summary: "one page about runs",
  details: `Writes an HTML page with everything in it: curves, warnings, tokens, samples, configurations. A run writes its own page,
report.html in its output folder, at every checkpoint; this one is about several, or a run that was killed.`,
  examples: ["tokenwise report runs/dpo", "tokenwise report runs/dpo runs/epsilon-dpo --output compared.html"],
  operands: { name: "run", description: "output folders of train and sft" },
  flags: [],
  own: z.strictObject({
    output: z.string().optional().describe("the page, FILE.html; default for one run: report.html in its folder"),
    title: z.string().optional().describe("of the page; default: the runs' folders"),
  }),
  methodOptions: false,
  run({ operands, own, io }) {
    const [first, ...others] = operands;
    if (first === undefined)
      throw usage("no run is named", "tokenwise report RUN…, with output folders of train and sft");
    const output = own.output ?? (others.length === 0 ? join(first, "report.html") : undefined);
    if (output === undefined) throw usage("a page about several runs needs a name", "--output FILE.html");
    if (!output.endsWith(".html")) throw usage(`${output} does not end in .html`, "--output FILE.html");
    const page = renderReport({ title: own.title ?? operands.join(", "), runs: readRuns(operands) });
    replaceFile(output, page);
    io.stdout.write(`${output}\n`);
    return Promise.resolve(exitCodes.done);
  },
});

const usage = (message: string, hint: string): TokenwiseError => new TokenwiseError("TW_E_USAGE", message, { hint });
