import { createHash } from "node:crypto";
import type { CausalModel } from "./causal-model.ts";

/** SHA-256, in hexadecimal, over what decides a model's numbers: its configuration and every weight. For keys of caches. */
export function modelDigest(model: CausalModel): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(Object.entries(model.config).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const [name, variable] of [...model.parameters].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = variable.dataSync<"float32">();
    hash.update(JSON.stringify([name, variable.shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
