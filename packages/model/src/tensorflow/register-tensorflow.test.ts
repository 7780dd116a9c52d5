import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { folderOf } from "./find-tensorflow.ts";
import { refuseSecondCopy } from "./register-tensorflow.ts";

const bindingIn = (folder: string) => ({ by: "@tensorflow/tfjs-node", folder, version: "4.22.0" });

it("a package that would bring a second copy of TensorFlow.js is refused, with both copies", async () => {
  const folder = await temporaryFolder();
  const second = join(folder, "node_modules/@tensorflow/tfjs");
  await mkdir(second, { recursive: true });
  await writeFile(join(second, "package.json"), "{}");
  expect(() => refuseSecondCopy(bindingIn(folder))).toThrow(second);
  expect(() => refuseSecondCopy(bindingIn(folder))).toThrow("npm dedupe");
});

it("a package that finds the kit's copy is taken, through links too", async () => {
  const folder = await temporaryFolder();
  const ours = folderOf("@tensorflow/tfjs", import.meta.url)!;
  await mkdir(join(folder, "node_modules"));
  await symlink(dirname(ours), join(folder, "node_modules/@tensorflow"));
  expect(() => refuseSecondCopy(bindingIn(folder))).not.toThrow();
});
