import { seedFrom } from "@tokenwise/core";
import type { PreferenceBatch } from "@tokenwise/kit";

/** Where a response stands in a flattened [B, T]. */
export interface ResponsePlace {
  readonly start: number;
  /** Tokens. */
  readonly length: number;
  /** A function of the response's tokens and the purpose: neither padding nor the cut into micro-batches changes what is drawn with it. */
  readonly seed: number;
}

export function responsePlaces(
  { responseIds, responseMask }: Pick<PreferenceBatch, "responseIds" | "responseMask">,
  purpose: string,
): readonly ResponsePlace[] {
  const [rows, width] = responseIds.shape as [number, number];
  const [ids, mask] = [responseIds.dataSync<"int32">(), responseMask.dataSync<"float32">()];
  return Array.from({ length: rows }, (_, row) => {
    const start = row * width;
    const length = mask.subarray(start, start + width).reduce((sum, one) => sum + one, 0);
    return { start, length, seed: seedFrom(purpose, ...ids.subarray(start, start + length)) };
  });
}
