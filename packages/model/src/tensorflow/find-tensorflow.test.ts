import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { findTensorflow, folderOf } from "./find-tensorflow.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function install(folder: string, manifest: object): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

it("the folder that the variable names goes before packages, and says its versions", async () => {
  const folder = await temporaryFolder();
  await install(folder, { version: "4.22.0", libtensorflow: "2.15.1" });
  await writeFile(join(folder, "index.cjs"), "");
  vi.stubEnv("TOKENWISE_TFJS_NODE", folder);
  expect(findTensorflow()).toEqual({ by: "TOKENWISE_TFJS_NODE", folder, version: "4.22.0", libtensorflow: "2.15.1" });
});

it("a variable that names something else is refused, with what it names", async () => {
  const folder = await temporaryFolder();
  vi.stubEnv("TOKENWISE_TFJS_NODE", folder);
  expect(findTensorflow).toThrow(`TOKENWISE_TFJS_NODE names ${folder}, which is no folder that tools/build-tfjs-node`);
});

it("without the variable a package of the project is found, the one for GPUs first", async () => {
  const project = await temporaryFolder();
  vi.stubEnv("TOKENWISE_TFJS_NODE", "");
  vi.spyOn(process, "cwd").mockReturnValue(project);
  const packages = join(project, "node_modules/@tensorflow");
  const [plain, gpu] = [join(packages, "tfjs-node"), join(packages, "tfjs-node-gpu")];
  await install(plain, { version: "4.22.0" });
  expect(findTensorflow()).toEqual({ by: "@tensorflow/tfjs-node", folder: plain, version: "4.22.0" });
  await install(gpu, { version: "4.21.0" });
  expect(findTensorflow()).toEqual({ by: "@tensorflow/tfjs-node-gpu", folder: gpu, version: "4.21.0" });
});

it("a package that is nowhere has no folder", () => {
  expect(folderOf("@tensorflow/tfjs-nowhere", import.meta.url)).toBeUndefined();
});
