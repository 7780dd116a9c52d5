import { createHash } from "node:crypto";
import type { PreferenceExample } from "@tokenwise/data";

/** SHA-256, hexadecimal, of a row's tokens: of its prompt and all its responses, as they are trained on. */
export function exampleKey({ prompt, candidates }: PreferenceExample): string {
  const digest = createHash("sha256").update(Int32Array.of(prompt.length)).update(prompt);
  for (const candidate of candidates)
    digest.update(Int32Array.of(candidate?.ids.length ?? -1, candidate?.content ?? -1)).update(candidate?.ids ?? "");
  return digest.digest("hex");
}
