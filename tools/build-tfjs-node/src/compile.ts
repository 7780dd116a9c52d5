/** The binding in C++, by one call of the compiler. */
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.ts";
import { complaint, run } from "./run.ts";

export interface Compilation {
  readonly compiler: string;
  /** The folder with the C++ sources. */
  readonly sources: string;
  /** The folder with TensorFlow's headers. */
  readonly headers: string;
  /** The folder that is made: libraries lie in `deps/lib` of it. */
  readonly output: string;
}

/** Node-API's, from the npm package. */
const nodeHeaders = join(dirname(fileURLToPath(import.meta.resolve("node-api-headers"))), "include");

export async function compile({ compiler, sources, headers, output }: Compilation): Promise<void> {
  const files = (await readdir(sources)).filter((name) => name.endsWith(".cc")).map((name) => join(sources, name));
  const folder = join(output, "lib", "napi-v8");
  await mkdir(folder, { recursive: true });
  const libraries = ["cc", "framework"].map((name) => join(output, "deps", "lib", `libtensorflow_${name}.so.2`));
  const outcome = await run(compiler, [
    ...["-std=c++17", "-O2", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    // The sources include "../binding/…".
    ...[nodeHeaders, headers, join(sources, "..")].flatMap((path) => ["-I", path]),
    ...files,
    ...libraries,
    // Found from where the binding lies, so that the folder can be moved.
    ...["-Wl,-rpath,$ORIGIN/../../deps/lib", "-o", join(folder, "tfjs_binding.node")],
  ]);
  if (outcome.code === 0) return;
  throw new Problem(
    "BUILD_E_COMPILE",
    `${compiler} failed:\n${complaint(outcome)}`,
    "try another compiler, named in CXX",
  );
}
