/** Two copies of the kit on disk: its source, bundled as its build does it, where npm would put a second one. */
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compose, constantBeta, implicitReward, logistic, ownKit, type Method } from "@tokenwise/kit";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeDataset } from "../plan/dataset.ts";
import { planMethod } from "../plan/plan.ts";
import { loadPlugin } from "./load-plugin.ts";

const workspace = fileURLToPath(new URL("../../../../", import.meta.url));

const source = `
import { compose, constantBeta, implicitReward, logistic, method, plugin } from "@tokenwise/kit";
import { z } from "zod";
const create = () => compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() });
export const own = method({ name: "own", options: z.object({}), create });
export default plugin({ name: "own", version: "1.0.0", spec: 1, provides: [own] });
export const bare = { name: "bare", version: "1.0.0", spec: 1, provides: [own] };
`;

let folder: string;
let other: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tokenwise-copies-")));
  const modules = join(folder, "node_modules");
  other = join(modules, "@tokenwise/kit");
  await mkdir(join(other, "dist"), { recursive: true });
  for (const name of ["zod", "fastest-levenshtein", "@tensorflow"])
    await symlink(join(workspace, "node_modules", name), join(modules, name));
  await build({
    entryPoints: [join(workspace, "packages/kit/src/index.ts")],
    outfile: join(other, "dist/index.js"),
    ...{ bundle: true, packages: "external", format: "esm", platform: "node", logLevel: "silent" },
  });
  await cp(join(workspace, "packages/kit/package.json"), join(other, "package.json"));
  // As packages, which a test runner leaves to Node: their imports are not those of the workspace.
  for (const [name, code] of Object.entries({
    "own-kit": source,
    bare: 'export { bare as default } from "own-kit";',
  })) {
    await mkdir(join(modules, name));
    const manifest = { name, version: "1.0.0", type: "module", exports: "./index.js" };
    await writeFile(join(modules, name, "package.json"), JSON.stringify(manifest));
    await writeFile(join(modules, name, "index.js"), code);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const configuration = (): string => join(folder, "tokenwise.yaml");

describe("a second copy of the kit", () => {
  it.each(["own-kit", "bare"])("that made the plugin %s is named, with both folders", async (name) => {
    const loading = loadPlugin(name, configuration());
    await expect(loading).rejects.toMatchObject({
      code: "TW_E_KIT_COPY",
      message: expect.stringContaining(`${ownKit.version} in ${other}; the trainer's is`) as string,
      hint: expect.stringContaining("npm dedupe") as string,
    });
    await expect(loading).rejects.toThrow(ownKit.folder);
  });

  it("that made a method which is handed over as a value is named by the planner", async () => {
    const { own } = (await import(join(folder, "node_modules/own-kit/index.js"))) as { own: () => Method };
    const ids = Int32Array.of(1);
    const row = { file: "pairs.jsonl", line: 1 };
    const examples = [{ source: row, prompt: ids, candidates: [1, 2].map(() => ({ ids, content: 1 })) }];
    const data = describeDataset(examples, { vocabulary: 8, positions: 8 });
    const plan = (method: Method) => planMethod(method, data);
    expect(() => plan(own())).toThrow(expect.objectContaining({ code: "TW_E_KIT_COPY" }));
    expect(() => plan(own())).toThrow(/^"log-ratio", which implicit-reward needs, /);
    expect(() => plan(compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() }))).not.toThrow();
  });
});
