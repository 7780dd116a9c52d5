/** Prints what the C++ compiler says of itself, or that there is none: nx runs tests again when that changes. */
import { findCompiler, run } from "./compiler.mjs";

const compiler = await findCompiler();
console.log(compiler === undefined ? "none" : (await run(compiler, ["--version"])).output.split("\n")[0]);
