import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundle } from "../src/bundle.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A package whose main module is this. */
async function packageOf(code: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "dist/index.js"), code);
  await writeFile(join(folder, "package.json"), '{ "name": "the-package" }');
  return folder;
}

it("the bundle is a function of the TensorFlow.js that both imports of the package become, and finds its binding beside it", async () => {
  const folder = await packageOf(`
    const [tf, core] = [require("@tensorflow/tfjs"), require("@tensorflow/tfjs-core")];
    const find = require("@mapbox/node-pre-gyp").find;
    tf.saw({ same: tf === core, binding: find("anything"), name: require("../package.json").name });
  `);
  await bundle(folder, folder);
  const seen: unknown[] = [];
  const register = createRequire(import.meta.url)(join(folder, "index.cjs")) as (tfjs: object) => void;
  expect(seen).toEqual([]);
  register({ saw: (what: unknown) => seen.push(what) });
  expect(seen).toEqual([{ same: true, binding: join(folder, "lib/napi-v8/tfjs_binding.node"), name: "the-package" }]);
});

it("another import of TensorFlow's packages would be a second copy, and is refused", async () => {
  const folder = await packageOf('require("@tensorflow/tfjs-layers");');
  await expect(bundle(folder, folder)).rejects.toThrow("nothing takes the place of @tensorflow/tfjs-layers");
});
