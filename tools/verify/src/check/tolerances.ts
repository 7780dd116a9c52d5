import type { BackendName } from "@tokenwise/model";
import { isFields, type Fields } from "../read/case.ts";

/** Of float32: relative, but for five-step runs, where losses and sums are absolute. */
export interface Tolerances {
  readonly value: number;
  readonly gradient: number;
  readonly beta: number;
  readonly stepLoss: number;
  readonly stepNorm: number;
  readonly finalSum: number;
  /** Formulas in 64 bits. */
  readonly formula: number;
}

/** What `about.tolerances.float32` states, where it is stricter than the table of the documentation. */
export function tolerancesOf({ about }: Fields, backend: BackendName): Tolerances {
  const stated = isFields(about) && isFields(about.tolerances) ? String(about.tolerances.float32) : "";
  const figure = (pattern: RegExp, usual: number): number =>
    Math.min(usual, Number(pattern.exec(stated)?.[1] ?? usual));
  const share = backend === "cpu" ? 1 : 10;
  return {
    value: share * figure(/^relative ([\de.+-]+)/, 1e-5),
    gradient: figure(/gradients relative ([\de.+-]+)/, 1e-4),
    beta: 1e-6,
    stepLoss: share * 1e-5,
    stepNorm: 1e-4,
    finalSum: 1e-4,
    formula: 1e-10,
  };
}
