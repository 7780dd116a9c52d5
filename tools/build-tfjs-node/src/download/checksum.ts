import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Problem } from "../problem.ts";

/** @throws Problem BUILD_E_CHECKSUM if the file is another one than was tried */
export async function requireChecksum(file: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found === sha256) return;
  throw new Problem(
    "BUILD_E_CHECKSUM",
    `${file} has the SHA-256 sum ${found}, instead of ${sha256}`,
    "it is damaged, or another file: remove it, and look where it came from",
  );
}
