import { createJiti } from "jiti";

/** Imports a module, TypeScript or JavaScript, by URL or path. Packages are the ones that Node would load from there. */
export const importModule = (file: string): Promise<unknown> =>
  // Without interop: it fails for a default export of null.
  createJiti(import.meta.url, { tryNative: true, fsCache: false, moduleCache: false, interopDefault: false }).import(
    file,
  );
