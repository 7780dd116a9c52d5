import { closest } from "fastest-levenshtein";
import { TokenwiseError } from "@tokenwise/kit";

/** Refuses keys that mean nothing, naming the nearest that do. @throws TW_E_UNKNOWN_OPTION */
export function refuseUnknown(given: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TokenwiseError("TW_E_UNKNOWN_OPTION", `${where}: unknown option "${unknown}"`, {
    hint: `did you mean "${closest(unknown, known)}"? known: ${known.join(", ")}`,
  });
}
