/**
 * `npm run test:asan`: the suite on an addon compiled with AddressSanitizer and UndefinedBehaviorSanitizer, in a build folder of its own. Files
 * of tests may be named: `npm run test:asan -- wrong-calls`.
 *
 * Node itself is not compiled with them: the sanitizer's library is loaded before it, and leaks, of which Node has its own, are not looked for.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { build } from "./build-addon.mjs";
import { findCompiler, run } from "./compiler.mjs";
import { packageFolder } from "./sources.mjs";

const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const compiler = await findCompiler();
if (compiler === undefined || process.platform !== "linux") {
  console.log("test:asan needs Linux and a C++ compiler: skipped");
  process.exit(0);
}
// node-gyp-build, which loads the addon, looks into build/Release of the folder that this variable names.
await build({
  compiler,
  name: "asan/build/Release",
  // Level 3 would compile for minutes; at level 1 the kernels are still vectors.
  flags: [...sanitizers, "-O1", "-g1", "-fno-omit-frame-pointer"],
  link: sanitizers,
});
/** @param {string} name */
const library = async (name) => (await run(compiler, [`-print-file-name=${name}`])).output.trim();
const preload = [await library("libasan.so"), await library("libubsan.so")].join(" ");

const { status } = spawnSync(
  process.execPath,
  [
    join(createRequire(import.meta.url).resolve("vitest/package.json"), "../vitest.mjs"),
    "run",
    "--project",
    "best",
    "--reporter=default",
    "--exclude=scripts/**",
    ...process.argv.slice(2),
  ],
  {
    cwd: packageFolder,
    stdio: "inherit",
    env: {
      ...process.env,
      "@TOKENWISE/TFJS_BACKEND_NATIVE_PREBUILD": join(packageFolder, "build/asan"),
      LD_PRELOAD: preload,
      ASAN_OPTIONS: "detect_leaks=0:allocator_may_return_null=1:handle_segv=0",
      UBSAN_OPTIONS: "print_stacktrace=1",
      TFJS_NATIVE_SANITIZED: "1",
    },
  },
);
process.exitCode = status ?? 1;
