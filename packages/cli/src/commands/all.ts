import { annotate } from "./annotate.ts";
import type { Command } from "./command.ts";
import { check } from "./check.ts";
import { configSchemaCommand } from "./config-schema.ts";
import { doctor } from "./doctor.ts";
import { evaluation } from "./eval.ts";
import { explain } from "./explain.ts";
import { generate } from "./generate.ts";
import { plugins } from "./plugins.ts";
import { report } from "./report.ts";
import { sft } from "./sft.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";

/** In the order of help. */
export const commands: readonly Command[] = [
  train,
  sft,
  annotate,
  evaluation,
  sweep,
  check,
  explain,
  generate,
  report,
  plugins,
  doctor,
  configSchemaCommand,
];
