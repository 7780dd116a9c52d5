import { spoken, TokenwiseError, unknownKeys } from "@tokenwise/kit";

/** Refuses keys that mean nothing, naming the nearest that do. @throws TW_E_UNKNOWN_OPTION */
export function refuseUnknown(given: object, known: readonly string[], where: string): void {
  const unknown = unknownKeys(Object.keys(given), known, "option");
  if (unknown.length === 0) return;
  throw new TokenwiseError("TW_E_UNKNOWN_OPTION", `${where}: ${spoken(unknown)}`, {
    hint: `known: ${known.join(", ")}`,
  });
}
