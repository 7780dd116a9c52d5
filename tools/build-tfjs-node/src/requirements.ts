/** What this machine must have before anything is downloaded. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Problem } from "./problem.ts";
import { run } from "./run.ts";

/** The name in `package.json` of a folder that was made here. */
export const folderName = "tokenwise-tfjs-node";

export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

export function requirePlatform({ platform, arch }: Platform = process): void {
  if (platform === "linux" && arch === "x64") return;
  throw new Problem(
    "BUILD_E_PLATFORM",
    `this builds for Linux on x64, and here is ${platform} on ${arch}`,
    "npm install @tensorflow/tfjs-node, which has binaries for some platforms, or use another backend",
  );
}

/** @returns the C++ compiler: what `CXX` names, or the first of the usual ones that is there */
export async function requireCompiler(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const candidates = env.CXX ? [env.CXX] : ["g++", "clang++", "c++"];
  for (const compiler of candidates) {
    const { code } = await run(compiler, ["--version"], env.PATH === undefined ? {} : { env: { PATH: env.PATH } });
    if (code === 0) return compiler;
  }
  throw new Problem(
    "BUILD_E_COMPILER",
    `no C++ compiler: ${candidates.join(", ")}`,
    "install g++ (Debian and Ubuntu: apt-get install g++), or name a compiler in CXX",
  );
}

/** A folder of somebody else's is never replaced. */
export function requireReplaceable(output: string): void {
  if (!existsSync(output)) return;
  const manifest = join(output, "package.json");
  const named = z.object({ name: z.string() });
  const found = existsSync(manifest) ? named.safeParse(JSON.parse(readFileSync(manifest, "utf8"))) : undefined;
  if (found?.data?.name === folderName) return;
  throw new Problem(
    "BUILD_E_OUTPUT",
    `${output} is there, and is not of a build before`,
    "name another folder with --output",
  );
}
