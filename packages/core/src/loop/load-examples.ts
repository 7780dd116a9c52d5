import {
  preferencesFrom,
  readPreferences,
  type PreferenceExample,
  type ReadOptions,
  type Tokenizer,
} from "@tokenwise/data";
import type { TrainEvent } from "./events.ts";

/** A JSONL file, rows in memory (`{ prompt, chosen, rejected }`), or examples of token ids. */
export type Dataset = string | readonly PreferenceExample[] | readonly Readonly<Record<string, unknown>>[];

export interface LoadOptions {
  readonly tokenizer: Tokenizer;
  readonly read: Omit<ReadOptions, "tokenizer">;
  readonly emit: (event: TrainEvent) => void;
}

/** Examples from whatever was given. @throws the coded errors of the readers. */
export async function loadExamples(
  data: Dataset,
  { tokenizer, read, emit }: LoadOptions,
): Promise<readonly PreferenceExample[]> {
  if (typeof data !== "string" && data.every(isExample)) return data;
  const { examples, report } =
    typeof data === "string"
      ? await readPreferences(data, { tokenizer, ...read })
      : preferencesFrom(data, { tokenizer, ...read });
  emit({ type: "data", file: typeof data === "string" ? data : "rows in memory", report });
  return examples;
}

const isExample = (row: object): row is PreferenceExample =>
  "source" in row && "candidates" in row && "prompt" in row && row.prompt instanceof Int32Array;
