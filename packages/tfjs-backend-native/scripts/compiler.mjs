/** The system's C++ compiler, and what it is told. */
import { spawn } from "node:child_process";

export const compileFlags = [
  "-std=c++20",
  "-O3",
  "-fPIC",
  "-fvisibility=hidden",
  "-fno-math-errno",
  "-fno-trapping-math",
];
export const warningFlags = ["-Wall", "-Wextra", "-Werror", "-Wno-psabi", "-Wno-unknown-pragmas"];
export const linkFlags =
  process.platform === "darwin"
    ? ["-bundle", "-undefined", "dynamic_lookup"]
    : ["-shared", "-pthread", "-static-libstdc++", "-static-libgcc"];

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, output: string }>} -1 if it cannot be started
 */
export const run = (command, args) =>
  new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });

/** What is tried, in this order: $CXX alone where it is set. */
export const candidates = () => (process.env.CXX ? [process.env.CXX] : ["c++", "g++", "clang++"]);

/** @returns {Promise<string | undefined>} the first candidate that answers */
export async function findCompiler() {
  for (const candidate of candidates()) if ((await run(candidate, ["--version"])).code === 0) return candidate;
  return undefined;
}
