/**
 * Builds the addon with the system's C++ compiler: every source file that changed, several at a time, then one link.
 *
 * Node's headers come from the npm package node-api-headers; nothing is downloaded, and there is no node-gyp.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const sources = join(packageFolder, "native");
/** @type {{ include_dir: string }} */
const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers");

const warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-psabi", "-Wno-unknown-pragmas"];
const compileFlags = ["-std=c++20", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-math-errno", "-fno-trapping-math"];
const linkFlags =
  process.platform === "darwin"
    ? ["-bundle", "-undefined", "dynamic_lookup"]
    : ["-shared", "-pthread", "-static-libstdc++", "-static-libgcc"];

/** @typedef {{ compiler?: string, name?: string, flags?: readonly string[], link?: readonly string[], quiet?: boolean }} Options */

/** @param {string} command @param {readonly string[]} args @returns {Promise<{ code: number | null, output: string }>} */
const run = (command, args) =>
  new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });

/** The C++ compiler: $CXX, or the first of c++, g++ and clang++ that answers. */
export async function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ["c++", "g++", "clang++"];
  for (const candidate of candidates) if ((await run(candidate, ["--version"])).code === 0) return candidate;
  return undefined;
}

/** @param {string} folder @returns {string[]} */
const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** Whether the object is newer than everything that it was made from. @param {string} object */
function isCurrent(object) {
  const list = object.replace(/\.o$/, ".d");
  if (!existsSync(object) || !existsSync(list)) return false;
  const made = statSync(object).mtimeMs;
  const inputs = readFileSync(list, "utf8").replaceAll("\\\n", " ").split(/\s+/).slice(1).filter(Boolean);
  return inputs.every((input) => existsSync(input) && statSync(input).mtimeMs <= made);
}

/**
 * @param {Options} options  name: of the folder in build/
 * @returns {Promise<string>} the addon's path
 * @throws if there is no compiler, or it fails
 */
export async function build({ compiler, name = "Release", flags = [], link = [], quiet = false } = {}) {
  compiler ??= await findCompiler();
  if (compiler === undefined) throw new Error("no C++ compiler found (c++, g++, clang++ or $CXX)");
  const out = join(packageFolder, "build", name);
  const objects = join(out, "objects");
  mkdirSync(objects, { recursive: true });

  const command = [compiler, ...compileFlags, ...warnings, ...flags].join(" ");
  const stamp = join(out, "command");
  const sameCommand = existsSync(stamp) && readFileSync(stamp, "utf8") === command;
  const jobs = filesUnder(sources)
    .filter((file) => file.endsWith(".cpp"))
    .map((file) => ({
      file,
      object: join(objects, relative(sources, file).replaceAll("/", "-").replace(/cpp$/, "o")),
    }));
  const waiting = jobs.filter(({ object }) => !sameCommand || !isCurrent(object));
  const started = Date.now();

  /** @type {string[]} */
  const failures = [];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const args = [...compileFlags, ...warnings, ...flags, "-MMD", "-I", sources, "-I", headers, "-c", job.file];
      const { code, output } = await run(compiler, [...args, "-o", job.object]);
      if (code !== 0) failures.push(`${relative(packageFolder, job.file)}: ${output}`);
    }
  };
  const count = waiting.length;
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failures.length > 0) throw new Error(failures.join("\n"));
  writeFileSync(stamp, command);

  const addon = join(out, "tfjs_backend_native.node");
  if (count > 0 || !existsSync(addon)) {
    const { code, output } = await run(compiler, [
      ...jobs.map(({ object }) => object),
      ...linkFlags,
      ...link,
      "-o",
      addon,
    ]);
    if (code !== 0) throw new Error(output);
  }
  if (!quiet && count > 0)
    console.log(`compiled ${count} files in ${((Date.now() - started) / 1000).toFixed(1)} s with ${compiler}`);
  return addon;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
