/** What came of a case: comparisons with their errors, and what was not compared and why. */
import { isFields, type Fields } from "../read/case.ts";
import type { Tolerances } from "./tolerances.ts";

export interface Check {
  /** Path in the case, such as "authors_code.losses". */
  readonly field: string;
  /** Largest difference, as a share of what `near` divides by. */
  readonly error: number;
  readonly tolerance: number;
}

export interface Skip {
  readonly field: string;
  readonly reason: string;
}

type Nested = number | readonly Nested[];

export interface NearOptions {
  readonly tolerance?: number | undefined;
  /** The difference is divided by the largest expected value, but by no less than this: the unit in which values of order 1 are. */
  readonly unit?: number | undefined;
}

export class Findings {
  readonly checks: Check[] = [];
  readonly skips: Skip[] = [];
  readonly #inputs = new Set<string>();

  constructor(
    readonly tolerances: Tolerances,
    readonly fields: Fields = {},
  ) {}

  /** Compares numbers, where there is something to compare with. */
  near(field: string, actual: Nested, expected: Nested | undefined, options: NearOptions = {}): void {
    if (expected === undefined) return;
    const [ours, theirs] = [flat(actual), flat(expected)];
    const { tolerance = this.tolerances.value, unit = 0 } = options;
    if (theirs.length > 0 && theirs.every((value) => !Number.isFinite(value)) && ours.every(Number.isFinite)) {
      this.skip(field, "not a finite number there; ours is");
      return;
    }
    const scale = Math.max(unit, ...theirs.map(Math.abs)) || 1;
    const sameShape = shapeOf(actual) === shapeOf(expected);
    const errors = theirs.map((value, index) => Math.abs(ours[index]! - value) / scale);
    const error = sameShape ? errors.reduce((a, b) => (b <= a ? a : b), 0) : Infinity; // NaN is the largest
    this.checks.push({ field, error: Number.isNaN(error) ? Infinity : error, tolerance });
  }

  exact(field: string, actual: Nested, expected: Nested | undefined): void {
    this.near(field, actual, expected, { tolerance: 0, unit: 1 });
  }

  holds(field: string, condition: boolean): void {
    this.checks.push({ field, error: condition ? 0 : Infinity, tolerance: 0 });
  }

  skip(field: string, reason: string): void {
    this.skips.push({ field, reason });
  }

  /** Why a field is not compared, should the case have it. */
  unlike(field: string, reason: string): void {
    const value = field.split(".").reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), this.fields);
    if (value !== undefined) this.skip(field, reason);
  }

  /** Fields that are read, and are not there to be compared with. */
  input(...fields: readonly string[]): void {
    for (const field of fields) this.#inputs.add(field);
  }

  /** Whether something was said about a field: itself, what it is in, or what is in it where it is a list. */
  covers(field: string): boolean {
    const said = [...this.checks, ...this.skips].map((each) => each.field).concat(...this.#inputs);
    return said.some((each) => field === each || field.startsWith(`${each}.`));
  }
}

const flat = (value: Nested): number[] => (typeof value === "number" ? [value] : value.flatMap(flat));

const shapeOf = (value: Nested): string => (typeof value === "number" ? "" : `[${value.map(shapeOf).join()}]`);
