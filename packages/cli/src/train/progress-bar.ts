import { SingleBar } from "cli-progress";
import type { Output } from "../io.ts";
import { describeEvent, describeMetrics, describeSpeed, type Described } from "./describe-event.ts";
import { pace } from "./pace.ts";
import type { Reporter } from "./reporter.ts";

const barWidth = 20;

/** A bar for the reference, then one for the steps; lines go above it. */
export function progressBar(stdout: Output, described: Described): Reporter {
  const speed = pace();
  let bar: SingleBar | undefined;
  let current = "";
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const show = (label: string, total: number, value: number, text: string): void => {
    if (label !== current) stop();
    current = label;
    if (!bar) {
      bar = new SingleBar({
        stream: stdout as NodeJS.WritableStream,
        format: `${label} {value}/{total} {bar} {text}`,
        barsize: barWidth,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: false,
        gracefulExit: false,
      });
      bar.start(total, value, { text });
    } else bar.update(value, { text });
  };
  const line = (text: string): void => {
    stop();
    stdout.write(`${text}\n`);
  };
  return {
    event(event) {
      if (event.type === "reference") {
        show("reference", event.total, event.done, described.noun);
        if (event.done === event.total) stop();
      } else if (event.type === "step") {
        const text = `${describeMetrics(event.metrics)}  ${describeSpeed(speed(event), described.noun)}`;
        show("step", event.steps, event.step, text);
      } else describeEvent(event, described).forEach(line);
    },
    line,
    close: stop,
  };
}
