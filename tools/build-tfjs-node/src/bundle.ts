/**
 * The binding's JavaScript as one file that exports a function of TensorFlow.js. The package imports TensorFlow.js itself, which
 * from a folder of its own would be a second copy, and replace the operations of the first: here the caller gives its own.
 */
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** What the imports of the package become. */
const replaced: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs": "module.exports = tfjs;",
  "@tensorflow/tfjs-core": "module.exports = tfjs;",
  "@mapbox/node-pre-gyp":
    'exports.find = () => require("node:path").join(__dirname, "lib", "napi-v8", "tfjs_binding.node");',
};

const replace: Plugin = {
  name: "replace-imports",
  setup(plugin) {
    const namespace = "replaced";
    plugin.onResolve({ filter: /^@(tensorflow|mapbox)\// }, ({ path }) =>
      path in replaced ? { path, namespace } : { errors: [{ text: `nothing takes the place of ${path}` }] },
    );
    plugin.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: replaced[path]!, resolveDir: "." }));
  },
};

/** @param binding  the package, unpacked; what it imports lies where Node would look for it */
export async function bundle(binding: string, output: string): Promise<void> {
  await build({
    absWorkingDir: binding,
    entryPoints: [join(binding, "dist", "index.js")],
    outfile: join(output, "index.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "iife",
    banner: {
      js: "/** Registers the backend `tensorflow` with this copy of TensorFlow.js. */\nmodule.exports = (tfjs) => {",
    },
    footer: { js: "};" },
    plugins: [replace],
    logLevel: "silent",
  });
}
