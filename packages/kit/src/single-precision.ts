/** Numbers in settings that 32-bit floats, in which everything is computed, would take for 0 or for infinity. */
import { shown, type Complaint, type Path } from "./complaints.ts";

/** Normal numbers: backends differ in whether a smaller one is 0. */
const [smallest, largest] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127];

/** Whether a number is 0 or a normal one of 32 bits, rounded. */
export const isSingle = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= smallest && Math.abs(value) <= largest);

/** One complaint for each number in a value of JSON that is too large or too small. */
export function beyondSingle(value: unknown, path: Path = []): readonly Complaint[] {
  if (typeof value === "number")
    return isSingle(value)
      ? []
      : [{ path, message: `32 bits hold sizes from 1.2e-38 to 3.4e38, found ${shown(value)}` }];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => beyondSingle(item, [...path, index]));
  // Options may hold objects of classes, whose insides are their own.
  if (Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([key, item]) => beyondSingle(item, [...path, key]));
}
