/**
 * What `npm install` runs: takes the prebuilt addon of this platform if there is one that loads, else compiles one. Whatever comes in the way
 * is said in one line, and the install goes on: TensorFlow.js has other backends.
 */
import { createRequire } from "node:module";
import { BuildError } from "./build-error.mjs";
import { build } from "./build-addon.mjs";
import { isCheckout, packageFolder } from "./sources.mjs";

const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));

/** Only of prebuilds/: what lies in build/ may be older than the sources. */
function prebuiltLoads() {
  try {
    process.env.PREBUILDS_ONLY = "1";
    /** @type {(folder: string) => unknown} */ (require("node-gyp-build"))(packageFolder);
    return true;
  } catch {
    return false;
  }
}

try {
  // In a checkout the sources change, and a prebuilt addon does not.
  if (isCheckout || !prebuiltLoads()) await build();
} catch (error) {
  const why = error instanceof BuildError ? `${error.code}: ${error.message}` : String(error);
  const [first, ...more] = why.split("\n");
  console.error(
    `@tokenwise/tfjs-backend-native was not compiled, so the backend "native" is not available here (others, such as wasm, are): ` +
      `${first}${more.length > 0 ? " …" : ""}. To compile it later: npx tfjs-backend-native-build`,
  );
}
