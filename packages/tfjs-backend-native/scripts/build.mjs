#!/usr/bin/env node
/** `npx tfjs-backend-native-build`, in a checkout `npm run build:native`: compiles the addon and says everything that the compiler said. */
import { BuildError } from "./build-error.mjs";
import { build } from "./build-addon.mjs";

const advice = {
  ERR_NATIVE_NO_COMPILER:
    "install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install), or name it in CXX",
  ERR_NATIVE_NO_HEADERS: "npm install node-api-headers",
  ERR_NATIVE_NO_SOURCES: "install @tokenwise/tfjs-backend-native again",
  ERR_NATIVE_COMPILER: "C++20 is needed: g++ 12 or newer, clang 14 or newer; another compiler can be named in CXX",
};

try {
  console.log(await build());
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`${error.code}: ${error.message}\n${advice[error.code]}`);
  process.exitCode = 1;
}
