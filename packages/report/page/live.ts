import { useEffect, useState } from "preact/hooks";
import { applyUpdate, type PageData, type Update } from "../src/page-data.ts";
import type { Report } from "../src/report.ts";

/** `over`: the server said that nothing more will come. */
export type Connection = "none" | "live" | "lost" | "over";

/** Drawing at most so often, in milliseconds. */
const pause = 400;

/** The report, as new as its server knows it. */
export function useLiveReport({ report: given, live }: PageData): readonly [Report, Connection] {
  const [report, show] = useState(given);
  const [connection, setConnection] = useState<Connection>(live ? "live" : "none");
  useEffect(() => {
    if (!live) return;
    let newest = given;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource("events");
    source.onopen = () => setConnection("live");
    // It connects again by itself, and is then told everything anew.
    source.onerror = () => setConnection("lost");
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const update = JSON.parse(data) as Update;
      newest = applyUpdate(newest, update);
      timer ??= setTimeout(() => {
        timer = undefined;
        show(newest);
      }, pause);
      if (update.type !== "end") return;
      source.close();
      setConnection("over");
    };
    return () => source.close();
  }, []);
  return [report, connection];
}
