/** Trains a small language model on preferences and shows how well each method did against a known truth. */
import { writeFile } from "node:fs/promises";
import type { TrainEvent } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import { parseArguments, usage } from "./demo/arguments.ts";
import { runDemo } from "./demo/run-demo.ts";
import { renderTable } from "./demo/table.ts";

function progress(name: string, event: TrainEvent): void {
  if (event.type !== "step" || (event.step % 10 !== 0 && event.step !== 1)) return;
  const { loss, "rewards/accuracies": accuracy, "rewards/margins": margins } = event.metrics;
  const preference = accuracy === undefined ? "" : `   accuracy ${accuracy.toFixed(2)}   margin ${margins?.toFixed(3)}`;
  console.log(
    `${name.padEnd(14)} step ${String(event.step).padStart(3)}/${event.steps}   loss ${loss?.toFixed(4)}${preference}`,
  );
}

async function main(): Promise<void> {
  const { help, output, ...options } = parseArguments(process.argv.slice(2));
  if (help) {
    console.log(usage);
    return;
  }
  const results = await runDemo({
    ...options,
    trainPrompts: 512,
    testPrompts: 128,
    samplesPerPrompt: 4,
    onEvent: progress,
  });
  await writeFile(output, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\n${renderTable(results.rows)}\n`);
  console.log(
    `${results.pairs} pairs from the reference's own samples, labelled by the true reward${options.flip ? ", its sign turned" : ""}; backend ${results.backend}.`,
  );
  console.log(`One seed: a demonstration, not evidence. Results in ${output}.`);
}

main().catch((error: unknown) => {
  if (!TokenwiseError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
});
