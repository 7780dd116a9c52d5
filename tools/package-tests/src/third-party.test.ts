/**
 * What somebody else does: installs from a registry, creates a plugin, runs its contract, publishes it, and trains with it by name. On a
 * registry of this machine, since nothing of this must leave it.
 */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRegistry, type LocalRegistry } from "./local-registry.ts";
import { packAll } from "./pack.ts";
import { run, writeFiles, type Result } from "./project.ts";

const minutes = 60_000;
const full = process.env.TOKENWISE_FULL !== undefined;
const done = (result: Result): Result => {
  expect(result.code, result.output).toBe(0);
  return result;
};

/** A model of a few kilobytes and rows for it. */
const tiny = `import { cpSync, writeFileSync } from "node:fs";
import { tinyFolder, tinyPairs } from "@tokenwise/testkit";
const folder = await tinyFolder();
cpSync(folder.model, "model", { recursive: true });
writeFileSync("pairs.jsonl", tinyPairs(8).map((row) => JSON.stringify(row)).join("\\n"));
await folder.remove();
`;
const configuration = (output: string): string => `model: model
data: pairs.jsonl
output: ${output}
plugins: [tokenwise-plugin-long-answers]
method: { use: long-answers, length: 4 }
steps: 3
batchSize: 4
`;

const kinds = ["weighter", "scorer", "beta-controller", "prompt-weighter", "loss", "annotator"];

describe.runIf(full)("somebody outside of the workspace", () => {
  let root: string;
  let registry: LocalRegistry;
  const at = (name: string): string => join(root, name);
  const plugin = "tokenwise-plugin-long-answers";

  /** Never without our registry: what is published here must not leave the machine. `npm link` has its own global folder. */
  const npm = (folder: string, ...args: string[]): Promise<Result> =>
    run(at(folder), "npm", ["--registry", registry.url, ...args], { npm_config_prefix: at("global") });
  const script = (folder: string, name: string): Promise<Result> => run(at(folder), "npm", ["run", name]);
  /** npx keeps what it ran by name: this one must not know it from elsewhere. */
  const create = (folder: string, ...args: string[]): Promise<Result> =>
    npm(folder, "create", "--yes", "--cache", at("npx-cache"), "tokenwise-plugin", ...args);
  const tokenwise = (folder: string, ...args: string[]): Promise<Result> =>
    run(at(folder), "npx", ["--no-install", "tokenwise", ...args]);
  const app = (): Readonly<Record<string, string>> => ({
    ".npmrc": registry.npmrc,
    "package.json": JSON.stringify({ name: "app", private: true, type: "module" }),
    "tiny.mjs": tiny,
    "run.yaml": configuration("out"),
  });
  const expectTrained = (result: Result): void => expect(done(result).output).toContain("step 3/3");

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "tokenwise-third-party-")));
    registry = await startRegistry();
    writeFiles(root, {
      ".npmrc": registry.npmrc,
      "package.json": "{}",
      "tarballs/.keep": "",
      "app/.keep": "",
      "global/lib/.keep": "",
    });
    for (const tarball of Object.values(packAll(at("tarballs")))) done(await npm(".", "publish", tarball));
  }, 5 * minutes);
  afterAll(async () => {
    await registry.stop();
    rmSync(root, { recursive: true });
  });

  it(
    "installs the command line from the registry",
    async () => {
      writeFiles(at("app"), app());
      done(await npm("app", "install", "@tokenwise/cli", "@tokenwise/core", "@tokenwise/kit", "@tokenwise/testkit"));
      done(await run(at("app"), "node", ["tiny.mjs"]));
    },
    5 * minutes,
  );

  it(
    "creates a method, whose contract, types, build and package are in order as they stand",
    async () => {
      done(await create(".", "long-answers", "--", "--kind", "method"));
      writeFiles(at(plugin), { ".npmrc": registry.npmrc });
      done(await npm(plugin, "install"));
      for (const name of ["typecheck", "test", "build", "check:package"]) done(await script(plugin, name));
      // attw removes the tarball that it packs; the one that can be installed comes after it.
      for (const file of ["dist/index.d.ts", `${plugin}-0.1.0.tgz`])
        expect(existsSync(at(`${plugin}/${file}`)), file).toBe(true);
    },
    8 * minutes,
  );

  it.each(kinds)(
    "creates a plugin of the kind %s, whose contract, types and build are in order as they stand",
    async (kind) => {
      // In the folder of the first one, whose packages it finds.
      done(await create(plugin, `own-${kind}`, "--", "--kind", kind, "--folder", kind));
      for (const name of ["typecheck", "test", "build"]) done(await script(`${plugin}/${kind}`, name));
      rmSync(at(`${plugin}/${kind}`), { recursive: true });
    },
    3 * minutes,
  );

  it(
    "publishes it, and trains with it by its name in YAML",
    async () => {
      done(await npm(plugin, "publish"));
      done(await npm("app", "install", plugin));
      const trained = await tokenwise("app", "train", "--config", "run.yaml");
      console.info(trained.output);
      expectTrained(trained);
    },
    3 * minutes,
  );

  it(
    "trains with it where pnpm installed both",
    async () => {
      writeFiles(at("pnpm"), app());
      const pnpm = ["--yes", "--prefer-offline", "pnpm@10", "--store-dir", at("pnpm-store")];
      const names = ["@tokenwise/cli", "@tokenwise/core", "@tokenwise/kit", "@tokenwise/testkit", plugin];
      done(await run(at("pnpm"), "npx", [...pnpm, "add", ...names]));
      done(await run(at("pnpm"), "node", ["tiny.mjs"]));
      expectTrained(await tokenwise("pnpm", "train", "--config", "run.yaml"));
    },
    5 * minutes,
  );

  it(
    "is refused a plugin by npm link, which brings a kit and an engine of its own, as the guide says",
    async () => {
      done(await npm("app", "uninstall", plugin));
      done(await npm("app", "link", `../${plugin}`));
      const refused = await tokenwise("app", "train", "--config", "run.yaml", "--output", "out-linked");
      expect(refused.code, refused.output).toBe(2);
      expect(refused.output).toContain(
        `TW_E_TENSORFLOW_COPY: run.yaml:4: plugins.0: the plugin ${plugin} brings a second`,
      );
      expect(refused.output).toContain("install its packed file (npm pack) in this project");
    },
    5 * minutes,
  );
});
