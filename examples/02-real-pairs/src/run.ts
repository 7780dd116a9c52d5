/**
 * npx tsx examples/02-real-pairs/src/run.ts --pairs FILE --model FOLDER [--steps 5] [--backend auto] [--tokens 512]
 *
 * On SmolLM2-135M-Instruct and the pairs of the golden run, the printed losses stand beside those of TRL.
 */
import { parseArgs } from "node:util";
import type { TrainEvent } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import trl from "./goldens/trl-smollm2.json" with { type: "json" };
import { trainOnRealPairs, type RealPairsOptions } from "./real-pairs.ts";

const schema = z.object({
  pairs: z.string({ error: "a JSONL file of preference pairs is needed" }),
  model: z.string({ error: "a Hugging Face folder is needed" }),
  steps: z.coerce.number().int().positive(),
  backend: z.enum(["auto", "native", "wasm", "cpu", "tensorflow"]),
  tokens: z.coerce.number().int().positive(),
});

function options(argv: readonly string[]): RealPairsOptions {
  try {
    const text = (value: string) => ({ type: "string", default: value }) as const;
    const { values } = parseArgs({
      args: [...argv],
      options: {
        pairs: { type: "string" },
        model: { type: "string" },
        steps: text("5"),
        backend: text("auto"),
        tokens: text("512"),
      },
    });
    const { tokens, ...rest } = schema.parse(values);
    return { ...rest, microBatchTokens: tokens };
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new TokenwiseError("TW_E_USAGE", what, {
      hint: "--pairs FILE --model FOLDER; see the example's readme",
      cause,
    });
  }
}

function report(event: TrainEvent): void {
  if (event.type === "data") console.log(`${event.report.kept} of ${event.report.read} rows of ${event.file}`);
  if (event.type === "reference" && event.done === event.total)
    console.log(`reference log-probs of ${event.total} pairs computed`);
  if (event.type === "start") {
    console.log(`${(event.parameters / 1e6).toFixed(1)} M parameters on ${event.backend}`);
    console.log("step   loss (TRL)   gradient norm (TRL)   seconds");
  }
  if (event.type !== "step") return;
  const golden = trl.steps[event.step - 1];
  const beside = (name: "loss" | "grad_norm") =>
    `${event.metrics[name]?.toFixed(6)} (${golden ? golden[name].toFixed(6) : "-"})`;
  console.log(`${event.step}   ${beside("loss")}   ${beside("grad_norm")}   ${event.seconds.toFixed(1)}`);
}

async function main(): Promise<void> {
  await trainOnRealPairs({ ...options(process.argv.slice(2)), onEvent: report });
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`);
}

main().catch((error: unknown) => {
  if (!TokenwiseError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
});
