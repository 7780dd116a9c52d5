/** Runs TensorFlow.js's own specs: `node test/tfjs-specs/run.mjs [native | cpu]`. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { build as buildAddon } from "../../scripts/build-addon.mjs";

/** Full names, without that of the backend; `failed` with the reasons. @typedef {{ passed: string[], pending: string[], failed: string[], instructionSet: string }} SpecResults */

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(packageFolder, "build");
const bundle = join(folder, "tfjs-specs.mjs");
const require = createRequire(import.meta.url);

/** One module of each in the bundle, though the specs import them by path: two copies would have two classes of everything. */
const resolved = {
  "@tensorflow/tfjs-core": join(dirname(require.resolve("@tensorflow/tfjs-core/package.json")), "dist/index.js"),
  "@tensorflow/tfjs-backend-cpu": join(
    dirname(require.resolve("@tensorflow/tfjs-backend-cpu/package.json")),
    "dist/index.js",
  ),
  "jasmine-core": dirname(require.resolve("jasmine-core/package.json")),
};

export async function bundleSpecs() {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(packageFolder, "test/tfjs-specs/suite.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["node-gyp-build"],
    // The specs say that they have no effects.
    ignoreAnnotations: true,
    // jasmine_util asks for jasmine by a require of CommonJS.
    banner: {
      js: 'import * as nodeModule from "node:module"; const require = nodeModule.createRequire(import.meta.url);',
    },
    logLevel: "error",
    plugins: [
      {
        name: "one of each",
        setup(bundler) {
          bundler.onResolve({ filter: /^(@tensorflow\/tfjs-(core|backend-cpu)|jasmine-core)(\/|$)/ }, ({ path }) => {
            const [, name, rest] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(path) ?? [];
            const target = resolved[/** @type {keyof typeof resolved} */ (name)];
            return { path: rest === "" ? target : join(target.replace(/\/dist\/index\.js$/, ""), rest ?? "") };
          });
        },
      },
    ],
  });
}

/**
 * The results on a backend; the specs run in a process of their own.
 *
 * @param {"native" | "cpu"} backend
 * @param {string} [path]  an instruction set; without it or with "best", the one that the environment asks for
 * @returns {Promise<SpecResults>}
 */
export async function runSpecs(backend, path = "best") {
  const file = join(folder, `tfjs-specs-${backend}-${path}.json`);
  const env = { ...process.env, ...(path !== "best" && { TFJS_NATIVE_ISA: path }) };
  const child = spawn(process.execPath, [bundle, backend, file], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  child.stderr.on("data", (data) => (output += String(data)));
  /** @type {number | null} */
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`the specs ended with ${code}:\n${output.slice(-4000)}`);
  const parse = /** @type {(text: string) => unknown} */ (JSON.parse);
  return /** @type {SpecResults} */ (parse(readFileSync(file, "utf8")));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAddon();
  await bundleSpecs();
  const backend = process.argv[2] === "cpu" ? "cpu" : "native";
  const { passed, pending, failed, instructionSet } = await runSpecs(backend);
  for (const failure of failed) console.log(failure);
  const on = backend === "native" ? `native, ${instructionSet}` : backend;
  console.log(`${on}: ${passed.length} passed, ${failed.length} failed, ${pending.length} disabled by TensorFlow.js`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
