import { evaluate, readsReference } from "@tokenwise/core";
import { z } from "zod";
import { configFlags, renamed } from "../flags/config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { number, table } from "../output/format.ts";
import { describeReport } from "../train/describe-event.ts";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import { command } from "./command.ts";
import { backendKeys, startBackend } from "../config/start-backend.ts";

const given = [
  "reference",
  "method",
  "plugins",
  "annotation",
  "read",
  ...backendKeys,
  "batchSize",
  "microBatchTokens",
  "vocabularyRows",
  "seed",
];

export const evaluation = command({
  name: "eval",
  summary: "metrics of a model by a method, on a file",
  details: `With a configuration it evaluates the model in its output folder against the one that training started from, on its
evaluationData, or else its data. Accuracy is the share of pairs whose preferred response has the larger reward.`,
  examples: [
    "tokenwise eval",
    "tokenwise eval --model runs/dpo --reference smollm2 --data test.jsonl --method dpo --json",
  ],
  flags: [
    renamed("output", "model", "folder of the model to evaluate; default: output of the configuration"),
    renamed("evaluationData", "data", "rows to evaluate on; default: evaluationData, or else data"),
    ...configFlags(given),
  ],
  own: z.strictObject({ json: z.boolean().default(false).describe("print the metrics as one JSON object") }),
  methodOptions: true,
  async run({ configure, own: { json }, io }) {
    const configured = await configure();
    const { config, required } = configured;
    const { seed, batchSize, microBatchTokens, vocabularyRows, cacheReference } = config;
    const model = config.output ?? required("model", "model");
    const data = config.evaluationData ?? required("data", "data");
    const method = await configured.method();
    const before = readsReference(method) && model !== config.model ? config.model : undefined;
    const reference = config.reference ?? before;
    const backend = await startBackend(config);
    const result = await evaluate({
      ...{ model, data, method, backend, seed, batchSize, microBatchTokens, vocabularyRows, cacheReference },
      ...rowOptions(config),
      ...annotationOptions(config),
      ...(reference !== undefined && { reference }),
      onEvent: (event) => {
        if (event.type !== "data" || json) return;
        describeReport(event.file, event.report, "").forEach((line) => io.stdout.write(`${line}\n`));
      },
    });
    if (json) io.stdout.write(`${JSON.stringify({ model, reference, data, ...result })}\n`);
    else {
      io.stdout.write(table(Object.entries(result.metrics).map(([name, value]) => [name, number(value)])));
      if (result.remark !== undefined) io.stdout.write(`${result.remark}\n`);
    }
    return exitCodes.done;
  },
});
