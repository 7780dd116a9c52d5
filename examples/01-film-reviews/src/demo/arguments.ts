import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { contestantNamed } from "../contestants/contestants.ts";
import { truths, worldNamed } from "../world/worlds.ts";
import type { DemoOptions } from "./run-demo.ts";

const truthNames = Object.keys(truths).join(", ");

export const usage = `npm run demo -- [options]

  --world NAME     ${truthNames} (default scope)
  --proxy          labels come from half of the world's truth
  --methods A,B    those alone, whatever time they take; their names are in src/contestants/contestants.ts
  --minutes N      leave out what would not end in this time (default 5)
  --seed N         of training (default 0)
  --data-seed N    of the prompts, their labels, and the samples that are measured (default 0)
  --flip           turn the sign of the reward: the labels prefer what is bad
  --backend NAME   auto, native, wasm, cpu or tensorflow (default auto)
  --steps N        optimizer steps of each model (default 72; on cpu, which is slow, fewer)
  --output FILE    where the results go (default results.json)
  --report FILE    where the page goes (default report.html, beside the results)
  --help`;

const schema = z.object({
  world: z.string(),
  proxy: z.boolean(),
  methods: z.string().optional(),
  minutes: z.coerce.number().positive().optional(),
  seed: z.coerce.number().int().min(0),
  "data-seed": z.coerce.number().int().min(0),
  steps: z.coerce.number().int().positive().optional(),
  backend: z.enum(["auto", "native", "wasm", "cpu", "tensorflow"]),
  flip: z.boolean(),
  help: z.boolean(),
  output: z.string().min(1),
  report: z.string().min(1).optional(),
});

type Arguments = Pick<DemoOptions, "world" | "seed" | "dataSeed" | "backend" | "flip" | "contestants" | "minutes"> & {
  /** Default: what the backend does in some minutes. */
  readonly steps?: number | undefined;
  readonly help: boolean;
  readonly output: string;
  readonly report: string;
};

/** In which the demonstration ends, if nobody says which methods are wanted. */
const defaultMinutes = 5;

/** @throws TW_E_USAGE  for an option that does not exist, a value that makes no sense, a world or a method that is not there. */
export function parseArguments(argv: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        world: { type: "string", default: "scope" },
        proxy: { type: "boolean", default: false },
        methods: { type: "string" },
        minutes: { type: "string" },
        seed: { type: "string", default: "0" },
        "data-seed": { type: "string", default: "0" },
        steps: { type: "string" },
        backend: { type: "string", default: "auto" },
        flip: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        output: { type: "string", default: "results.json" },
        report: { type: "string" },
      },
    });
    const { report, world, proxy, methods, minutes, "data-seed": dataSeed, ...parsed } = schema.parse(values);
    const time = minutes ?? (methods === undefined ? defaultMinutes : undefined);
    return {
      ...parsed,
      dataSeed,
      world: worldNamed(proxy ? `${world}-proxy` : world),
      ...(time !== undefined && { minutes: time }),
      ...(methods !== undefined && { contestants: methods.split(",").map((id) => contestantNamed(id.trim())) }),
      report: report ?? join(dirname(parsed.output), "report.html"),
    };
  } catch (cause) {
    if (TokenwiseError.is(cause)) throw cause;
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new TokenwiseError("TW_E_USAGE", what, { hint: usage, cause });
  }
}
