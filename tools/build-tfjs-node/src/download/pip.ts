/** Wheels by Python's pip, from the index that it is configured for. No Python code is run, nor anything installed. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../problem.ts";
import { complaint, run } from "../run.ts";
import type { Wheel } from "../sources.ts";

type Command = readonly [string, ...string[]];

const candidates: readonly Command[] = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]];

export async function findPip(): Promise<Command | undefined> {
  for (const candidate of candidates) {
    const [command, ...args] = candidate;
    if ((await run(command, [...args, "--version"])).code === 0) return candidate;
  }
  return undefined;
}

/** The wheels are those for CPython 3.11, whatever Python is here: the libraries in them do not depend on it. */
const target = [
  ...["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"],
  ...["manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64"].flatMap((tag) => ["--platform", tag]),
];

export async function downloadWithPip([command, ...first]: Command, wheel: Wheel, folder: string): Promise<void> {
  const requirement = join(folder, `${wheel.project}.txt`);
  await writeFile(requirement, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const what = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", requirement, "-d", folder];
  const outcome = await run(command, [...first, "download", "--quiet", ...target, ...what]);
  if (outcome.code === 0) return;
  throw new Problem(
    "BUILD_E_DOWNLOAD",
    `pip cannot download ${wheel.project} ${wheel.version}:\n${complaint(outcome)}`,
    "is there a network, and does `pip index versions pip` answer? A folder of wheels can be named with --wheels",
  );
}
