import { SingleBar } from "cli-progress";
import type { Output } from "../io.ts";
import type { Described } from "./describe-event.ts";
import type { Reporter } from "./reporter.ts";

const barWidth = 20;

/** A bar for the reference, then one for the steps; lines go above it. */
export function progressBar(stdout: Output, described: Described): Reporter {
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
        show("reference", event.total, event.done, "rows");
        if (event.done === event.total) stop();
      } else if (event.type === "step") {
        show("step", event.steps, event.step, described.step(event));
      } else described.lines(event).forEach(line);
    },
    line,
    close: stop,
  };
}
