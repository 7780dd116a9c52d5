import type { PreferenceExample } from "@tokenwise/data";
import { streamLength } from "./assemble.ts";

/** Cuts the examples of a step into micro-batches of at most `tokens` stream tokens; a longer example stands alone. */
export function microBatches(
  examples: readonly PreferenceExample[],
  tokens: number,
): readonly (readonly PreferenceExample[])[] {
  const batches: PreferenceExample[][] = [];
  let used = Infinity;
  for (const example of examples) {
    const length = streamLength(example);
    if (used + length > tokens) {
      batches.push([]);
      used = 0;
    }
    batches.at(-1)!.push(example);
    used += length;
  }
  return batches;
}
