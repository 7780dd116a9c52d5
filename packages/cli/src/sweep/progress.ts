import { meanOf, type SweepEvent } from "@tokenwise/sweep";
import type { Output } from "../io.ts";
import { number } from "../output/format.ts";
import type { Cell, Run } from "./cells.ts";
import type { CellResult } from "./compute.ts";
import { pointText } from "./point-text.ts";
import { totalFlops } from "./worth.ts";

type Event = SweepEvent<Cell, CellResult>;

/** A line for each run that ends, or JSON lines of all events. */
export function progress(stdout: Output, json: boolean): (event: Event, run: Run) => void {
  return (event, run) => {
    if (json) stdout.write(`${JSON.stringify(eventOf(event, run))}\n`);
    else if (event.type !== "started") stdout.write(`${described(event, run)}\n`);
  };
}

/** A line for each prompt of which the reference is sampled for the ceiling. */
export const ceilingProgress =
  (stdout: Output, json: boolean, total: number) =>
  (done: number): void => {
    const event = { type: "ceiling", done, total };
    stdout.write(`${json ? JSON.stringify(event) : `ceiling: prompt ${done}/${total}`}\n`);
  };

function eventOf(event: Event, { trial, seed, data, steps }: Run): object {
  const { type, index, total } = event;
  const about = { type, index, total, method: trial.name, point: trial.point, seed, data, equalFlopsSteps: steps };
  if (event.type === "failed") return { ...about, error: event.error };
  return "result" in event ? { ...about, ...told(event.result) } : about;
}

function described(event: Event, { trial, seed, data, steps }: Run): string {
  const atEqualFlops = steps === undefined ? "" : `${steps} steps for equal FLOPs`;
  const name = [trial.name, pointText(trial.point), `seed ${seed}`, data, atEqualFlops].filter(Boolean).join(", ");
  const start = `${event.index + 1}/${event.total}  ${name}`;
  if (event.type === "failed")
    return `${start}: failed: ${event.error.code ?? "unexpected error"}: ${event.error.message}`;
  if (!("result" in event)) return start;
  const { reward, kl, flops } = told(event.result);
  const kept = event.type === "kept" ? ", kept" : "";
  const line = `${start}: reward ${number(reward)}, KL ${number(kl)}, ${number(flops)} FLOPs${kept}`;
  return [line, ...event.result.warnings.map((warning) => `  warning: ${warning}`)].join("\n");
}

/** Means over all prompts. */
const told = (result: CellResult) => ({
  reward: meanOf(result.prompts.map(({ reward }) => reward)),
  kl: meanOf(result.prompts.map(({ kl }) => kl)),
  ...(result.accuracy !== undefined && { accuracy: result.accuracy }),
  ...{ steps: result.steps, flops: totalFlops(result), warnings: result.warnings },
});
