/**
 * `npm run build:prebuilt` (`prebuild` would run before every `build`): compiles the addon for the platform that it runs on into prebuilds/<platform>-<arch>/, where node-gyp-build looks, and
 * from where `npm pack` takes it.
 */
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "./build-addon.mjs";
import { packageFolder } from "./sources.mjs";

/** The C library that it is linked with, which Node's report names where it is glibc. */
const libc = () => {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return process.platform !== "linux" ? "" : header.glibcVersionRuntime === undefined ? ".musl" : ".glibc";
};

const folder = join(packageFolder, "prebuilds", `${process.platform}-${process.arch}`);
const file = join(folder, `tfjs-backend-native.napi${libc()}.node`);
mkdirSync(folder, { recursive: true });
copyFileSync(await build(), `${file}.tmp`);
renameSync(`${file}.tmp`, file);
console.log(relative(packageFolder, file));
