import { SingleBar } from "cli-progress";
import { pace } from "../train/pace.ts";
import { describeSpeed } from "../train/describe-event.ts";
import type { Output } from "../io.ts";

export interface Progress {
  readonly show: (done: number, total: number) => void;
  readonly close: () => void;
}

/** A bar on a terminal, which goes when it is complete; nothing elsewhere. */
export function progressOf(stdout: Output): Progress {
  if (stdout.isTTY !== true) return { show: () => undefined, close: () => undefined };
  let bar: SingleBar | undefined;
  let [before, at] = [0, performance.now()];
  const speed = pace();
  const close = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    show(done, total) {
      const now = performance.now();
      const step = { step: done, steps: total, seconds: (now - at) / 1000, examples: done - before };
      const text = bar ? describeSpeed(rowsLeft(speed(step), total - done), "rows") : "";
      [before, at] = [done, now];
      if (!bar) {
        bar = new SingleBar({
          stream: stdout as NodeJS.WritableStream,
          format: "annotate {value}/{total} {bar} {text}",
          ...{ barsize: 20, hideCursor: true, clearOnComplete: true, linewrap: false, gracefulExit: false },
        });
        bar.start(total, done, { text });
      } else bar.update(done, { text });
      if (done === total) close();
    },
    close,
  };
}

const rowsLeft = ({ rate }: { readonly rate: number }, rows: number) => ({ rate, left: rows / rate });
