/** npm packages, as they are published: nothing of them is installed, and no script of theirs runs. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar";
import { z } from "zod";
import { Problem } from "../problem.ts";
import { complaint, run } from "../run.ts";

const packed = z.array(z.object({ name: z.string(), filename: z.string() }));

/**
 * Unpacks packages below `node_modules` of a folder, from the registry that npm is configured for.
 *
 * @param specs  `name@version`
 */
export async function fetchPackages(specs: readonly string[], folder: string): Promise<void> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...specs];
  const outcome = await run("npm", args, { cwd: folder });
  if (outcome.code !== 0)
    throw new Problem(
      "BUILD_E_DOWNLOAD",
      `npm cannot fetch ${specs.join(", ")}:\n${complaint(outcome)}`,
      "is there a network, and does `npm ping` answer?",
    );
  for (const { name, filename } of packed.parse(JSON.parse(outcome.stdout))) {
    const cwd = join(folder, "node_modules", name);
    await mkdir(cwd, { recursive: true });
    await extract({ file: join(folder, filename), cwd, strip: 1 });
  }
}
