/** `npx nx g @tokenwise-tools/generators:plugin NAME --kind=KIND`: a plugin in plugins/, from the templates of `npm create tokenwise-plugin`. */
import { formatFiles } from "@nx/devkit";
import { tsImport } from "tsx/esm/api";

/** @typedef {import("create-tokenwise-plugin")} Create */
/** @typedef {import("@nx/devkit").Tree} Tree */

/**
 * @param {Tree} tree
 * @param {{ readonly name: string, readonly kind: string }} options
 */
export default async function plugin(tree, options) {
  // From source: nothing has to be built first.
  const source = new URL("../../../packages/create-plugin/src/index.ts", import.meta.url).href;
  /** @type {unknown} */
  const loaded = await tsImport(source, import.meta.url);
  const create = /** @type {Create} */ (loaded);
  try {
    const folder = write(tree, create, options);
    await formatFiles(tree);
    return () => console.log(`\nNow run npm install, and npm test in ${folder}.`);
  } catch (error) {
    if (error instanceof create.CreateError) throw new Error(`${error.code}: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * @param {Tree} tree
 * @param {Create} create
 * @param {{ readonly name: string, readonly kind: string }} options
 */
function write(tree, { CreateError, parseKind, parsePluginName, renderPlugin }, { name, kind }) {
  const names = parsePluginName(name, { official: true });
  const folder = `plugins/${names.id}`;
  if (tree.exists(folder))
    throw new CreateError("TW_E_FOLDER_EXISTS", `${folder} is there already`, "give the plugin another name");
  for (const [path, text] of renderPlugin(names, parseKind(kind), "workspace")) tree.write(`${folder}/${path}`, text);
  return folder;
}
