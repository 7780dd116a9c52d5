/**
 * Builds the addon with the system's C++ compiler: every source file whose contents changed, several at a time, then one link.
 *
 * Node's headers come from the npm package node-api-headers; nothing is downloaded, and there is no node-gyp. Every file is written under
 * another name and then renamed, so that a process that was killed, or another one that builds or loads the addon, finds it whole.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { BuildError } from "./build-error.mjs";
import { candidates, compileFlags, findCompiler, linkFlags, run, warningFlags } from "./compiler.mjs";
import { locked } from "./lock.mjs";
import { isCheckout, nodeHeaders, objectName, packageFolder, sourceFiles, sourceFolder } from "./sources.mjs";

/**
 * @typedef {object} Options
 * @property {string} [compiler]  default: the first that is found
 * @property {string} [name]  of the folder in build/
 * @property {readonly string[]} [flags]  for compiling
 * @property {readonly string[]} [link]  for linking
 * @property {boolean} [quiet]
 */

/** In a checkout, which has the sources of everything, a warning is an error; at a user's it is none, whatever compiler is there. */
const strict = isCheckout;

/** Writes a file under another name, then gives it its own. @param {string} path @param {(temporary: string) => Promise<void>} write */
async function whole(path, write) {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await write(temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** @param {readonly (() => Promise<void>)[]} jobs */
async function sideBySide(jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  const results = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/**
 * @param {Options} options
 * @returns {Promise<string>} the addon's path
 * @throws ERR_NATIVE_NO_COMPILER, ERR_NATIVE_NO_HEADERS, ERR_NATIVE_NO_SOURCES, ERR_NATIVE_COMPILER
 */
export async function build({ compiler, name = "Release", flags = [], link = [], quiet = false } = {}) {
  const headers = nodeHeaders();
  const files = sourceFiles();
  const out = join(packageFolder, "build", name);
  mkdirSync(join(out, "objects"), { recursive: true });

  const compile = [...compileFlags, ...(strict ? warningFlags : ["-w"]), ...flags];
  const how = [compiler ?? process.env.CXX ?? "", ...compile, headers.version, process.platform, process.arch].join(
    " ",
  );
  const jobs = files.map((file) => ({ file, object: join(out, "objects", objectName(file, how)) }));
  const addon = join(out, "tfjs_backend_native.node");
  const stamp = join(out, "made-of");
  const madeOf = createHash("sha256")
    .update([...linkFlags, ...link, ...jobs.map(({ object }) => relative(out, object))].join("\n"))
    .digest("hex");
  const isCurrent = () => existsSync(addon) && existsSync(stamp) && readFileSync(stamp, "utf8") === madeOf;

  /** @param {string} command @param {readonly string[]} args @param {string} what */
  const check = async (command, args, what) => {
    const { code, output } = await run(command, args);
    if (code !== 0) throw new BuildError("ERR_NATIVE_COMPILER", `${what}: ${command} failed:\n${output.trim()}`);
  };

  const make = async () => {
    if (isCurrent()) return; // another process made it meanwhile
    // What is there was made of other sources: rather none than that one.
    rmSync(addon, { force: true });
    const chosen = compiler ?? (await findCompiler());
    if (chosen === undefined)
      throw new BuildError("ERR_NATIVE_NO_COMPILER", `no C++ compiler was found (${candidates().join(", ")})`);
    const started = Date.now();
    const missing = jobs.filter(({ object }) => !existsSync(object));
    const includes = ["-I", sourceFolder, "-I", headers.folder];
    await sideBySide(
      missing.map(({ file, object }) => () => {
        const what = relative(packageFolder, file);
        return whole(object, (path) => check(chosen, [...compile, ...includes, "-c", file, "-o", path], what));
      }),
    );
    const objects = jobs.map(({ object }) => object);
    await whole(addon, (path) => check(chosen, [...objects, ...linkFlags, ...link, "-o", path], "linking"));
    await whole(stamp, (path) => writeFile(path, madeOf));
    for (const entry of readdirSync(join(out, "objects")))
      if (!objects.includes(join(out, "objects", entry))) rmSync(join(out, "objects", entry), { force: true });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (!quiet) console.log(`compiled ${missing.length} of ${jobs.length} files in ${seconds} s with ${chosen}`);
  };
  if (!isCurrent()) await locked(join(out, "lock"), make);
  return addon;
}
