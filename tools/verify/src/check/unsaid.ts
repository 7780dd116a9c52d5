import { isFields, type Fields } from "../read/case.ts";
import type { Findings } from "./findings.ts";

/** Numbers of a case about which nothing was found or said, by path: so that nothing is left out silently. */
export function unsaid(fields: Fields, findings: Findings): readonly string[] {
  return Object.entries(fields)
    .flatMap(([key, value]) => leaves(value, key))
    .filter((path) => !findings.covers(path));
}

function leaves(value: unknown, path: string): readonly string[] {
  if (isFields(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
  if (!Array.isArray(value)) return typeof value === "number" ? [path] : [];
  if (value.some(isFields)) return value.flatMap((inner, index) => leaves(inner, `${path}.${index}`));
  return value.flat(9).some((each) => typeof each === "number") ? [path] : [];
}
