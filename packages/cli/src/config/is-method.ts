import type { Method } from "@tokenwise/kit";

/** A method that code has made, not a specification of one. */
export const isMethod = (value: unknown): value is Method =>
  typeof value === "object" &&
  value !== null &&
  "objectives" in value &&
  Array.isArray(value.objectives) &&
  "beta" in value &&
  typeof value.beta === "object" &&
  value.beta !== null &&
  "control" in value.beta &&
  typeof value.beta.control === "function";
