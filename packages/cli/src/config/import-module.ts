import { createJiti } from "jiti";

/** Imports a module, TypeScript or JavaScript, by URL or path. Packages are the ones that Node would load from there. */
export async function importModule(file: string): Promise<unknown> {
  // Without interop: it fails for a default export of null.
  const options = { tryNative: true, fsCache: false, moduleCache: false, interopDefault: false };
  try {
    return await createJiti(import.meta.url, options).import(file);
  } catch (error) {
    throw withoutRequirers(error);
  }
}

/** A module that is not there is named; the list of this program's own files after it helps nobody. */
function withoutRequirers(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.includes("\nRequire stack:")) return error;
  return new Error(error.message.split("\nRequire stack:")[0], { cause: error });
}
