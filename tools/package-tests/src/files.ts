/** What a user writes: data, configurations, and a method of their own as the kit's readme teaches. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pack.ts";

const pairs = [
  ["The film was", " good and warm", " slow"],
  ["The film was", " warm", " dull and long"],
  ["It was", " good", " bad"],
  ["It was", " a good film", " a bad film"],
].map(([prompt, chosen, rejected]) => `${JSON.stringify({ prompt, chosen, rejected })}\n`);

const configuration = (output: string, plugins: string, method: string, backend = "cpu"): string =>
  `model: ../model\ndata: ../pairs.jsonl\noutput: ../${output}\nplugins:\n  - "${plugins}"\nmethod: ${method}\nsteps: 3\nbatchSize: 2\nbackend: ${backend}\n`;

/** On-policy groups of ADPO, scored by a function of the user's. */
const rewarded = `import { defineConfig } from "@tokenwise/cli";
import { sampledGroups } from "@tokenwise/kit";
import { adpo } from "@tokenwise/plugin-adpo";

const reward = ({ responses }: { readonly responses: readonly string[] }): number[] =>
  responses.map((response) => response.length);

export default defineConfig({
  model: "../model", data: "../prompts.jsonl", output: "../out-rewarded", steps: 3, batchSize: 2, backend: "cpu",
  method: { ...adpo({ anchor: { kind: "sampled" } }), source: sampledGroups({ groupSize: 4, maxNewTokens: 6, reward }) },
});
`;

const sparse = (output: string): string =>
  configuration(output, "@tokenwise/plugin-sparse-po", "{ use: sparse-po, init: positive }");

/** A judge that is asked in the words of the tiny model. */
const judge = `{ use: attention-po, chatTemplate: false, judgePrompt: [It was, a film, a good film, It was], verdicts: [good, bad] }`;

const readme = readFileSync(join(root, "packages/kit/README.md"), "utf8");

/** The plugin that the kit's readme teaches to write. */
const plugin = /```ts\n((?:(?!```)[^])*?export default plugin\([^]*?)```/.exec(readme)?.[1] ?? "";

/** Trains with it as a value, and holds a mistake that the published declarations must find. */
const typed = `import { defineConfig } from "@tokenwise/cli";
import { train } from "@tokenwise/core";
import { weighter } from "@tokenwise/kit";
import { epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { relativeDpo } from "./plugin.js";

export default defineConfig({ model: "model", data: "pairs.jsonl", method: relativeDpo({ beta: 0.2 }), output: "out" });

export const run = () => train({ model: "model", data: "pairs.jsonl", method: epsilonDpo({ epsilon: 0.02 }), steps: 3 });

// @ts-expect-error: a part reads what it declares, and nothing else
export const wrong = weighter({ name: "wrong", needs: {}, weigh: ({ read }) => ({ reward: read.ratio }) });
`;

const tsconfig = {
  compilerOptions: {
    ...{ module: "nodenext", moduleResolution: "nodenext", target: "es2023", noEmit: true },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
    types: [],
  },
  files: ["typed.ts"],
};

/** A folder in between shows that packages and paths are found from the configuration, wherever the command is called. */
export const userFiles: Readonly<Record<string, string>> = {
  "pairs.jsonl": pairs.join(""),
  "prompts.jsonl": ["The film was", "It was"].map((prompt) => `${JSON.stringify({ prompt })}\n`).join(""),
  "runs/rewarded.config.ts": rewarded,
  "runs/sparse.yaml": sparse("out-sparse"),
  "runs/sparse-again.yaml": `${sparse("out-sparse-again")}parts: ../out-sparse/parts.safetensors\nlearningRate: 0\n`,
  "runs/judged.yaml": configuration("out-judged", "@tokenwise/plugin-attention-po", judge),
  "runs/epsilon.yaml": configuration(
    "out-epsilon",
    "@tokenwise/plugin-epsilon-dpo",
    "{ use: epsilon-dpo, epsilon: 0.05 }",
  ),
  "runs/own.yaml": configuration(
    "out-own",
    "../plugin.ts",
    "{ use: tokenwise-plugin-relative-dpo/relative-dpo, keep: 0.5 }",
  ),
  "runs/created.yaml": configuration(
    "out-created",
    "../created/src/index.ts",
    "{ beta: constant-beta, scorer: implicit-reward, loss: { use: long-answers, target: 2 } }",
  ),
  "runs/native.yaml": configuration("out-native", "@tokenwise/plugin-epsilon-dpo", "dpo", "native"),
  "runs/auto.yaml": configuration("out-auto", "@tokenwise/plugin-epsilon-dpo", "dpo", "auto"),
  "plugin.ts": plugin,
  "typed.ts": typed,
  "tsconfig.json": JSON.stringify(tsconfig),
};

/** A plugin that brings its own copy of the kit, and one that brings its own TensorFlow.js; both installed by hand. */
export const copyFiles: Readonly<Record<string, string>> = {
  "node_modules/own-kit/package.json": JSON.stringify({
    name: "own-kit",
    version: "2.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "node_modules/own-kit/index.js": `import { compose, constantBeta, implicitReward, logistic, method, plugin } from "@tokenwise/kit";
import { z } from "zod";
const create = () => compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() });
export const own = method({ name: "own", options: z.object({}), create });
export default plugin({ name: "own-kit", version: "2.0.0", spec: 1, provides: [own] });
`,
  "node_modules/own-tensorflow/package.json": JSON.stringify({
    name: "own-tensorflow",
    version: "2.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "node_modules/own-tensorflow/index.js": `import "@tensorflow/tfjs-backend-cpu";
import { dpo, method, plugin } from "@tokenwise/kit";
import { z } from "zod";
const other = method({ name: "other", options: z.object({}), create: () => dpo() });
export default plugin({ name: "own-tensorflow", version: "2.0.0", spec: 1, provides: [other] });
`,
  "copies.yaml":
    "model: model\ndata: pairs.jsonl\noutput: out-copies\nplugins:\n  - own-kit\n  - own-tensorflow\nmethod: own\n",
  "value.config.mjs": `import { own } from "own-kit";
export default { model: "model", data: "pairs.jsonl", output: "out-value", method: own(), backend: "cpu" };
`,
};
