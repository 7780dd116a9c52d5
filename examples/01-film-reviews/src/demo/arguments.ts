import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import type { DemoOptions } from "./run-demo.ts";

export const usage = `npm run demo -- [options]

  --seed N         of the labels, the data order and the samples (default 0)
  --flip           turn the true reward's sign: the labels prefer what is bad
  --backend NAME   auto, native, wasm, cpu or tensorflow (default auto)
  --steps N        optimizer steps of each model (default 72; on cpu, which is slow, fewer)
  --output FILE    where the results go (default results.json)
  --report FILE    where the page goes (default report.html, beside the results)
  --help`;

const schema = z.object({
  seed: z.coerce.number().int().min(0),
  steps: z.coerce.number().int().positive().optional(),
  backend: z.enum(["auto", "native", "wasm", "cpu", "tensorflow"]),
  flip: z.boolean(),
  help: z.boolean(),
  output: z.string().min(1),
  report: z.string().min(1).optional(),
});

type Arguments = Pick<DemoOptions, "seed" | "backend" | "flip"> & {
  /** Default: what the backend does in some minutes. */
  readonly steps?: number | undefined;
  readonly help: boolean;
  readonly output: string;
  readonly report: string;
};

/** @throws TW_E_USAGE  for an option that does not exist or a value that makes no sense. */
export function parseArguments(argv: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: "string", default: "0" },
        steps: { type: "string" },
        backend: { type: "string", default: "auto" },
        flip: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        output: { type: "string", default: "results.json" },
        report: { type: "string" },
      },
    });
    const { report, ...parsed } = schema.parse(values);
    return { ...parsed, report: report ?? join(dirname(parsed.output), "report.html") };
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new TokenwiseError("TW_E_USAGE", what, { hint: usage, cause });
  }
}
