import type { BackendName } from "@tokenwise/model";
import type { Findings } from "../check/findings.ts";
import type { Case } from "../read/case.ts";

export interface RunOptions {
  readonly backend: BackendName;
}

/** A kind of case: told by what stands in it, never by where it came from. */
export interface CaseKind {
  readonly name: string;
  recognizes(each: Case): boolean;
  /** Adds to the findings. @throws ZodError where a field that is used is not what it should be */
  run(each: Case, findings: Findings, options: RunOptions): void | Promise<void>;
}

/** Whether a value has all of these keys. */
export const has = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === "object" && value !== null && keys.every((key) => key in value);

/** Whether a value has at least one of these keys. */
export const hasOne = (value: unknown, ...keys: readonly string[]): boolean => keys.some((key) => has(value, key));
