/** Trains a small language model on preferences and shows how well each method did against a known truth. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { aboveCeiling } from "@tokenwise/sweep";
import { parseArguments, usage } from "./demo/arguments.ts";
import { runDemo } from "./demo/run-demo.ts";
import { aboutPairs, demoPage } from "./demo/report-page.ts";
import { sizesFor } from "./demo/sizes.ts";
import { remarksOn, renderTable } from "./demo/table.ts";

function progress(name: string, event: TrainEvent): void {
  if (event.type !== "step" || (event.step % 10 !== 0 && event.step !== 1)) return;
  const { loss, "rewards/accuracies": accuracy, "rewards/margins": margins } = event.metrics;
  const preference = accuracy === undefined ? "" : `   accuracy ${accuracy.toFixed(2)}   margin ${margins?.toFixed(3)}`;
  console.log(
    `${name.padEnd(26)} step ${String(event.step).padStart(3)}/${event.steps}   loss ${loss?.toFixed(4)}${preference}`,
  );
}

const tellSkipped = (name: string): void => console.log(`${name.padEnd(26)} left out: it would not end in time`);

async function main(): Promise<void> {
  const { help, output, report, steps, ...options } = parseArguments(process.argv.slice(2));
  if (help) {
    console.log(usage);
    return;
  }
  const backend = await useBackend(options.backend);
  const sizes = { ...sizesFor(backend), ...(steps !== undefined && { steps }) };
  if (backend === "cpu") {
    const { steps: fewer, batchSize, testPrompts } = sizes;
    console.log(
      `The cpu backend is slow: ${fewer} steps of ${batchSize} pairs and ${testPrompts} held-out prompts, so that it ends within minutes. It shows that everything runs; what the methods are worth, wasm shows.\n`,
    );
  }
  const demo = await runDemo({ ...options, ...sizes, backend, onEvent: progress, onSkip: tellSkipped });
  const { results } = demo;
  await write(output, `${JSON.stringify(results, null, 2)}\n`);
  await write(report, demoPage(demo, ["npm run demo --", ...process.argv.slice(2)].join(" ")));
  console.log(`\n${renderTable(results)}\n`);
  for (const remark of remarksOn(results)) console.log(remark);
  console.log(`${aboutPairs(results)}; backend ${backend}.`);
  console.log(`One seed: a demonstration, not evidence. Results in ${output}, the page in ${report}.`);
  const impossible = aboveCeiling(results.rows, options);
  for (const { name } of impossible)
    console.error(`${name} is ${options.flip ? "below the floor" : "above the ceiling"}: a bug, no policy can be.`);
  if (impossible.length > 0) process.exitCode = 1;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

main().catch((error: unknown) => {
  if (!TokenwiseError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
});
