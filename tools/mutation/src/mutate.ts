/** Changes one plugin by Stryker, and reads what its tests noticed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { mutantsOf, type Report } from "./mutants.ts";
import { root } from "./plugins.ts";
import { resultOf, type Explained, type Result } from "./result.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const stryker = createRequire(import.meta.url)
  .resolve("@stryker-mutator/core")
  .replace(/dist\/.*/, "bin/stryker.js");

/** Neither of the long suites nor of a suite that this may be called from. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TOKENWISE_FULL|NODE_ENV)/.test(name)));

/**
 * @param plugin  name of its folder
 * @param onProgress  is told every ten seconds how many changes were tried
 * @throws if Stryker cannot run, as where a test fails without any change
 */
export async function mutate(
  plugin: string,
  concurrency = 2,
  onProgress: (line: string) => void = () => undefined,
): Promise<Result> {
  const report = here(`../work/${plugin}.json`);
  rmSync(report, { force: true });
  const child = spawn(
    process.execPath,
    [stryker, "run", here("stryker.config.mjs"), "--concurrency", `${concurrency}`],
    {
      cwd: `${root}plugins/${plugin}`,
      env: environment(),
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const closed = once(child, "close") as Promise<[number | null]>;
  let output = "";
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`;
    if (line.startsWith("Mutation testing")) onProgress(line);
  }
  const [code] = await closed;
  if (code !== 0) throw new Error(`Stryker could not change ${plugin}: ${output.slice(-4000)}`);
  return resultOf(plugin, mutantsOf(read(report) as Report), explanations[plugin] ?? []);
}

/** Changes that no test can notice, by plugin. */
export const explanations = read(here("../survivors.json")) as Readonly<Record<string, readonly Explained[]>>;
