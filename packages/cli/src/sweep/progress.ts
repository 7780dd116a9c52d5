import { meanOf, type SweepEvent } from "@tokenwise/sweep";
import type { Output } from "../io.ts";
import { number } from "../output/format.ts";
import type { Cell, Run } from "./cells.ts";
import type { CellResult } from "./compute.ts";
import { pointText } from "./show.ts";

type Event = SweepEvent<Cell, CellResult>;

/** A line for each run that ends, or JSON lines of all events. */
export function progress(stdout: Output, json: boolean): (event: Event, run: Run) => void {
  return (event, run) => {
    if (json) stdout.write(`${JSON.stringify(eventOf(event, run))}\n`);
    else if (event.type !== "started") stdout.write(`${described(event, run)}\n`);
  };
}

function eventOf(event: Event, { trial, seed, data }: Run): object {
  const { type, index, total } = event;
  const about = { type, index, total, method: trial.name, point: trial.point, seed, data };
  if (event.type === "failed") return { ...about, error: event.error };
  return "result" in event ? { ...about, ...meansOf(event.result) } : about;
}

function described(event: Event, { trial, seed, data }: Run): string {
  const name = [trial.name, pointText(trial.point), `seed ${seed}`, data].filter(Boolean).join(", ");
  const start = `${event.index + 1}/${event.total}  ${name}`;
  if (event.type === "failed")
    return `${start}: failed: ${event.error.code ?? "unexpected error"}: ${event.error.message}`;
  if (!("result" in event)) return start;
  const { reward, kl } = meansOf(event.result);
  return `${start}: reward ${number(reward)}, KL ${number(kl)}${event.type === "kept" ? ", kept" : ""}`;
}

/** Over all prompts. */
const meansOf = ({ prompts }: CellResult) => ({
  reward: meanOf(prompts.map(({ reward }) => reward)),
  kl: meanOf(prompts.map(({ kl }) => kl)),
});
