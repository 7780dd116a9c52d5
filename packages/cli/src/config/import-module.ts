import { createJiti } from "jiti";

/** Imports a module, TypeScript or JavaScript, by URL or path. Packages are the ones that Node would load from there. */
export const importModule = (file: string): Promise<unknown> =>
  createJiti(import.meta.url, { tryNative: true, fsCache: false, moduleCache: false }).import(file);
