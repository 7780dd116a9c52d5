/** What parts have to say about a step. */
import { guardCall } from "@tokenwise/kit";
import type { PlannedPart } from "../plan/parts.ts";
import type { StepMetrics } from "./session.ts";

export interface PartWarning {
  /** The part's identity. */
  readonly part: string;
  readonly message: string;
}

/** Asks every part that looks at steps, with its own metrics. */
export const partWarnings = (parts: readonly PlannedPart[], metrics: StepMetrics): readonly PartWarning[] =>
  parts.flatMap(({ id, part }) => {
    const own = Object.entries(metrics).filter(([name]) => name.startsWith(`${id}/`));
    const message = guardCall(`warn of ${id}`, () =>
      part.warn?.(Object.fromEntries(own.map(([name, value]) => [name.slice(id.length + 1), value]))),
    );
    return message === undefined ? [] : [{ part: id, message }];
  });
