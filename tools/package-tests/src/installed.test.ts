import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { copyFiles, userFiles } from "./files.ts";
import { createProject, type Project, type Result } from "./project.ts";

const minutes = 60_000;
const done = (result: Result): void => expect(result.code, result.output).toBe(0);

/** What each step of a run logged. */
const metricsOf = ({ folder }: Project, output: string): readonly Readonly<Record<string, number>>[] =>
  readFileSync(join(folder, output, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { metrics: Record<string, number> }).metrics);

/** The token weights of both responses of the first row. */
async function explained(project: Project, config: string): Promise<readonly (readonly number[])[]> {
  const result = await project.tokenwise("explain", "--config", config, "--json");
  done(result);
  const [line = ""] = result.output.split("\n").filter((each) => each.startsWith("{"));
  const { candidates } = JSON.parse(line) as { candidates: { tokens: { weight: number }[] }[] };
  return candidates.map(({ tokens }) => tokens.map(({ weight }) => weight));
}

/** What anyone does with the packages, whoever installed them. */
function behaves(project: () => Project): void {
  it("imports every package", async () => {
    const { packages, write, run } = project();
    const lines = packages.map(
      (name) =>
        `if (Object.keys(await import(${JSON.stringify(name)})).length === 0) throw new Error("${name} is empty");\n`,
    );
    write({ "import-all.mjs": lines.join("") });
    done(await run(process.execPath, "import-all.mjs"));
  });

  it("trains three steps by a plugin that YAML names, from another folder", async () => {
    const trained = await project().tokenwise("train", "--config", "runs/epsilon.yaml");
    done(trained);
    expect(trained.output).toContain("step 3/3");
    for (const file of ["model.safetensors", "metrics.jsonl", "run.json"])
      expect(existsSync(join(project().folder, "out-epsilon", file)), file).toBe(true);
  });

  it("trains by the plugin of the kit's readme, in TypeScript, with one copy of the kit", async () => {
    const trained = await project().tokenwise("train", "--config", "runs/own.yaml");
    done(trained);
    expect(trained.output).toContain("step 3/3");
  });

  it("creates a plugin by the installed command, and trains by it from where it was written", async () => {
    const { run, tokenwise } = project();
    done(
      await run("npx", "--no-install", "create-tokenwise-plugin", "long-answers", "--kind=loss", "--folder=created"),
    );
    const trained = await tokenwise("train", "--config", "runs/created.yaml");
    done(trained);
    expect(trained.output).toContain("step 3/3");
  });

  it("type-checks the plugin of the readme against the published declarations, as strictly as there is", async () => {
    const { run } = project();
    const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const { output } = await run(process.execPath, compiler, "--pretty", "false");
    // The declarations of TensorFlow.js do not pass their own check; everything else must.
    const errors = output
      .split("\n")
      .filter((line) => /^\S.*error TS\d+/.test(line) && !/[\\/]@tensorflow[\\/]/.test(line));
    expect(errors).toEqual([]);
    expect(output).not.toContain("TS6053");
  });
}

describe("the packages, installed by npm into an empty project,", () => {
  let project: Project;
  beforeAll(async () => {
    project = createProject();
    project.write(userFiles);
    done(await project.run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund"));
  }, 5 * minutes);
  afterAll(() => project.remove());

  behaves(() => project);

  it("trains on groups that ADPO samples and a function of a TypeScript configuration rewards", async () => {
    const trained = await project.tokenwise("train", "--config", "runs/rewarded.config.ts");
    done(trained);
    expect(trained.output).toContain("step 3/3");
    expect(metricsOf(project, "out-rewarded").map(({ reward }) => reward)).toEqual(Array(3).fill(expect.any(Number)));
  });

  it("explains SparsePO by the masks that lie beside the trained model, and begins another run with them", async () => {
    done(await project.tokenwise("train", "--config", "runs/sparse.yaml", "--learning-rate", "0.05"));
    const trained = await explained(project, "runs/sparse.yaml");
    done(await project.tokenwise("train", "--config", "runs/sparse-again.yaml"));
    const parts = (run: string): Buffer => readFileSync(join(project.folder, run, "parts.safetensors"));
    expect(parts("out-sparse-again")).toEqual(parts("out-sparse"));
    rmSync(join(project.folder, "out-sparse/parts.safetensors"));
    expect(await explained(project, "runs/sparse.yaml")).not.toEqual(trained);
  });

  it("explains AttentionPO by the weights that its judge gave, of mean 1 over a text", async () => {
    done(await project.tokenwise("annotate", "--config", "runs/judged.yaml"));
    for (const weights of await explained(project, "runs/judged.yaml")) {
      const ofText = weights.slice(0, -1);
      expect(ofText.reduce((sum, weight) => sum + weight, 0) / ofText.length).toBeCloseTo(1, 4);
    }
  });

  it("lists plugins as tokenwise plugins does, with what is installed and not named", async () => {
    const { code, output } = await project.tokenwise("plugins", "--config", "runs/own.yaml");
    expect(code, output).toBe(0);
    expect(output).toMatch(/^tokenwise-plugin-relative-dpo 0\.1\.0, .*plugin\.ts$/m);
    expect(output).toMatch(/relative-beta +β controller/);
    expect(output).toMatch(/installed, but not named under plugins\n( {2}\S.*\n)* {2}@tokenwise\/plugin-epsilon-dpo/);
  });

  const hasNative = inject("backends").includes("native");
  const addon = (): string => join(project.folder, "node_modules/@tokenwise/tfjs-backend-native/build");

  it.runIf(hasNative)("trains three steps on native, which the install compiled (needs a C++ compiler)", async () => {
    const trained = await project.tokenwise("train", "--config", "runs/native.yaml", "--threads", "1");
    done(trained);
    expect(trained.output).toContain("on native");
    expect(trained.output).toContain("step 3/3");
  });

  describe("where the addon was not compiled, as with --ignore-scripts,", () => {
    beforeAll(() => {
      if (existsSync(addon())) renameSync(addon(), `${addon()}-aside`);
    });
    afterAll(() => {
      if (existsSync(`${addon()}-aside`)) renameSync(`${addon()}-aside`, addon());
    });

    it("trains on wasm, and says in one line what to do", async () => {
      const trained = await project.tokenwise("train", "--config", "runs/auto.yaml");
      done(trained);
      expect(trained.output).toContain("on wasm");
      expect(
        trained.output.match(/^The backend "native" is not available.*npx tfjs-backend-native-build/gm),
      ).toHaveLength(1);
    });

    it("is told by the doctor how to compile it, and that what it says is a command of the project", async () => {
      const { output } = await project.tokenwise("doctor");
      expect(output).toMatch(/^backend native +not here: the addon of .* was not compiled/m);
      expect(output).toMatch(/^native +to compile it: npx tfjs-backend-native-build/m);
      expect(existsSync(join(project.folder, "node_modules/.bin/tfjs-backend-native-build"))).toBe(true);
    });
  });

  describe("where plugins bring copies of their own,", () => {
    beforeAll(() => {
      const modules = join(project.folder, "node_modules");
      const copy = (name: string, plugin: string): void =>
        cpSync(join(modules, name), join(modules, plugin, "node_modules", name), { recursive: true });
      copy("@tokenwise/kit", "own-kit");
      copy("@tensorflow/tfjs-core", "own-tensorflow");
      copy("@tensorflow/tfjs-backend-cpu", "own-tensorflow");
      project.write(copyFiles);
    });

    it("refuses them by name, with both folders and what to do", async () => {
      const { code, output } = await project.tokenwise("plugins", "--config", "copies.yaml");
      expect(code, output).toBe(2);
      const folder = (name: string): string => join(project.folder, "node_modules", name);
      expect(output).toContain("TW_E_KIT_COPY: copies.yaml:5: plugins.0: the plugin own-kit");
      for (const name of ["own-kit/node_modules/@tokenwise/kit", "@tokenwise/kit"])
        expect(output).toContain(`in ${folder(name)}`);
      expect(output).toContain("npm ls @tokenwise/kit");
      expect(output).toContain("TW_E_TENSORFLOW_COPY: copies.yaml:6: plugins.1: the plugin own-tensorflow");
      expect(output).toContain(folder("own-tensorflow/node_modules/@tensorflow/tfjs-core"));
      expect(output).toContain("install its packed file (npm pack) in this project, or run where it lies");
    });

    it("refuses a method that was made with the other copy and is handed over as a value", async () => {
      const { code, output } = await project.tokenwise("train", "--config", "value.config.mjs");
      expect(code, output).toBe(2);
      expect(output).toMatch(/TW_E_KIT_COPY: ".*", which implicit-reward needs, .*own-kit/);
    });

    it("shows the copies in the doctor's report", async () => {
      const { output } = await project.tokenwise("doctor", "--config", "copies.yaml");
      expect(output).toMatch(/copies of @tokenwise\/kit +2/);
      expect(output).toMatch(/copies of tfjs-core +2/);
    });
  });
});

const full = process.env.TOKENWISE_FULL !== undefined;

describe.runIf(full && inject("backends").includes("native"))("the packages, installed with --ignore-scripts,", () => {
  let project: Project;
  beforeAll(async () => {
    project = createProject();
    project.write(userFiles);
    done(await project.run("npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"));
  }, 5 * minutes);
  afterAll(() => project.remove());

  it.each([
    ["npx", "--no-install", "tfjs-backend-native-build"],
    ["npm", "rebuild", "@tokenwise/tfjs-backend-native"],
  ])(
    "get native by %s %s %s",
    async (...command) => {
      const name = "node_modules/@tokenwise/tfjs-backend-native";
      rmSync(join(project.folder, name, "build"), { recursive: true, force: true });
      expect((await project.tokenwise("doctor")).output).toMatch(/^backend native +not here/m);
      const [program, ...rest] = command as [string, ...string[]];
      done(await project.run(program, ...rest));
      expect((await project.tokenwise("doctor")).output).toMatch(/^backend native +works/m);
    },
    5 * minutes,
  );
});

describe.runIf(full)("the packages, installed by pnpm into an empty project,", () => {
  /** Of the versions that run on Node 20. */
  const pnpm = ["--yes", "--prefer-offline", "pnpm@10"];
  let project: Project;
  beforeAll(async () => {
    project = createProject();
    project.write(userFiles);
    const { code, output } = await project.run("npx", ...pnpm, "--version");
    if (code !== 0) throw new Error(`pnpm cannot be had by npx here: ${output}`);
    done(await project.run("npx", ...pnpm, "install", "--prefer-offline"));
  }, 10 * minutes);
  afterAll(() => project.remove());

  behaves(() => project);
});
