import {
  annotate as compute,
  columnFormats,
  type Annotated,
  type AnnotatedColumn,
  type AnnotatedShare,
} from "@tokenwise/core";
import { z } from "zod";
import { annotationKeys } from "../annotate/annotate-command.ts";
import { progressOf } from "../annotate/progress.ts";
import { annotationModels, rowOptions } from "../config/row-options.ts";
import { exitCodes } from "../exit-codes.ts";
import { configFlags } from "../flags/config-flags.ts";
import { number } from "../output/format.ts";
import { describeReport } from "../train/describe-event.ts";
import { interruptible } from "../train/interruptible.ts";
import { command } from "./command.ts";
import { startBackend } from "../config/start-backend.ts";

export const annotate = command({
  name: "annotate",
  summary: "compute the columns that a method reads, once, before training",
  details: `Runs the method's annotators over data and evaluationData, and stores what they compute beside each file, in FILE.columns: train,
eval and explain find it there. Rows that are known already are not computed again, whatever ended the command before. The models of annotators
are folders by role, --annotation.models.ROLE FOLDER; those that are not given are the model.`,
  examples: [
    "tokenwise annotate",
    "tokenwise annotate --config runs/tis-dpo.yaml --annotation.models.positive runs/good --annotation.models.negative runs/bad",
  ],
  flags: configFlags(annotationKeys),
  own: z.strictObject({
    format: z
      .enum(columnFormats)
      .optional()
      .describe("of stored columns; default: that of those that are there, else parquet"),
    storeEvery: z.number().min(0).default(5).describe("seconds from one write to the next, at least"),
    json: z.boolean().default(false).describe("print one JSON line for each file"),
  }),
  methodOptions: true,
  async run({ configure, own: { format, storeEvery, json }, typed, io }) {
    const configured = await configure();
    const { config, required } = configured;
    const [model, data] = [required("model", "model"), required("data", "data")];
    const method = await configured.method();
    const { microBatchTokens, vocabularyRows, evaluationData } = config;
    const write = (text: string): void => {
      if (!json) io.stdout.write(`${text}\n`);
    };
    const progress = progressOf(json ? { write: () => undefined } : io.stdout);
    const interrupt = interruptible(io, () => {
      progress.close();
      write("stopping after these rows; Ctrl-C again stops at once");
    });
    try {
      const backend = await startBackend(config);
      for (const file of new Set([data, ...(evaluationData === undefined ? [] : [evaluationData])])) {
        const annotated = await compute({
          ...{ model, data: file, method, backend, microBatchTokens, signal: interrupt.signal },
          ...(vocabularyRows !== undefined && { vocabularyRows }),
          ...(format !== undefined && { format }),
          storeEvery,
          ...annotationModels(config),
          ...rowOptions(config),
          onEvent: (event) => {
            if (event.type === "annotate") progress.show(event.done, event.total);
            else describeReport(event.file, event.report, "").forEach(write);
          },
        });
        progress.close();
        describe(annotated).forEach(write);
        if (json) io.stdout.write(`${JSON.stringify(summary(file, annotated))}\n`);
        if (annotated.interrupted) {
          io.stderr.write(`interrupted; what is computed is stored. Go on with:\n  ${typed}\n`);
          return exitCodes.interrupted;
        }
      }
      return exitCodes.done;
    } finally {
      progress.close();
      interrupt.release();
    }
  },
});

const summary = (data: string, { backend, interrupted, examples, columns, shares }: Annotated) => ({
  ...{ data, backend, interrupted, rows: examples.length, columns, shares },
});

function describe({ columns, examples, shares }: Annotated): readonly string[] {
  if (columns.length === 0)
    return ["nothing to do: the method reads no column that can be computed, or the rows have it already"];
  return [...columns.flatMap((column) => describeColumn(column, examples.length)), ...shares.flatMap(describeShare)];
}

function describeShare({ name, what, rows, mean, low, high, meaningful }: AnnotatedShare): string[] {
  if (rows === 0) return [];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const interval = `${percent(mean)} of ${rows} (95 %: ${percent(low)} to ${percent(high)})`;
  const verdict = meaningful ? "" : "; not meaningful: the interval includes one half, as chance would give";
  return [`${name}: ${interval}${verdict}`, `  ${what}`];
}

function describeColumn({ name, known, computed, folder = "", ...of }: AnnotatedColumn, rows: number): string[] {
  const done = computed === 0 ? "nothing to do" : `${computed} computed`;
  const spread = `mean ${number(of.mean)}, ${number(of.min)} to ${number(of.max)}, over ${of.values} tokens`;
  return [`${name}: ${known} of ${rows} rows known, ${done}; ${spread}`, `  in ${folder}`];
}
