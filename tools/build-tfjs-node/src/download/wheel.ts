/** A wheel, from the first place that applies: a folder that the user names, an index that the user names, pip. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../problem.ts";
import type { Wheel } from "../sources.ts";
import { requireChecksum } from "./checksum.ts";
import { downloadFromIndex } from "./simple-index.ts";
import { downloadWithPip, findPip } from "./pip.ts";

export interface WheelOptions {
  /** Wheels that were downloaded before. */
  readonly wheels?: string | undefined;
  /** The address of an index, as pip takes it. */
  readonly index?: string | undefined;
}

/** @returns the file, its sum checked */
export async function fetchWheel(wheel: Wheel, folder: string, { wheels, index }: WheelOptions): Promise<string> {
  const file = (wheels && (await fileIn(wheels, wheel))) ?? (await download(wheel, folder, index));
  await requireChecksum(file, wheel.sha256);
  return file;
}

async function download(wheel: Wheel, folder: string, index: string | undefined): Promise<string> {
  if (index !== undefined) return downloadFromIndex(index, wheel, folder);
  const pip = await findPip();
  if (pip) {
    await downloadWithPip(pip, wheel, folder);
    const file = await fileIn(folder, wheel);
    if (file !== undefined) return file;
  }
  const configured = process.env.PIP_INDEX_URL;
  if (configured) return downloadFromIndex(configured, wheel, folder);
  throw new Problem(
    "BUILD_E_DOWNLOAD",
    `there is no pip to download ${wheel.project} ${wheel.version} with`,
    "install Python's pip, name a Python package index with --index or PIP_INDEX_URL, or a folder of wheels with --wheels",
  );
}

async function fileIn(folder: string, { project, version }: Wheel): Promise<string | undefined> {
  const start = `${project.replaceAll("-", "_")}-${version}-`;
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Problem("BUILD_E_DOWNLOAD", `${folder} cannot be read`, "correct --wheels", { cause });
  });
  const name = names.find((each) => each.startsWith(start) && each.endsWith(".whl"));
  return name && join(folder, name);
}
