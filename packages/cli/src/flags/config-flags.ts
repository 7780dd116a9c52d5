/** The flags that set keys of the configuration, and which of them a command takes. */
import { configSchema } from "../config/schema.ts";
import type { Flag } from "./flag.ts";
import { flagsOf } from "./from-schema.ts";

const groups: Readonly<Record<string, readonly string[]>> = {
  "Model, data and method": ["model", "data", "evaluationData", "reference", "parts", "method", "plugins", "output"],
  "How rows are read": ["read"],
  "Learning rate and optimizer": [
    "learningRate",
    "schedule",
    "warmupSteps",
    "warmupRatio",
    "optimizer",
    "weightDecay",
    "weightDecayOn",
    "clip",
  ],
  "Memory and speed": [
    "backend",
    "threads",
    "precision",
    "microBatchTokens",
    "vocabularyRows",
    "recompute",
    "cacheReference",
  ],
};

const groupOf = (key: string): string =>
  Object.keys(groups).find((heading) => groups[heading]?.includes(key)) ?? "The run";

/** What the schema does not say: what a text is, and that each plugin has a flag of its own. */
const looks: Readonly<Record<string, Partial<Flag>>> = {
  model: { placeholder: "folder" },
  data: { placeholder: "file" },
  "evaluation-data": { placeholder: "file" },
  reference: { placeholder: "folder" },
  parts: { placeholder: "file" },
  method: { placeholder: "name|yaml", structured: true },
  plugins: { name: "plugin", placeholder: "package|file" },
  output: { placeholder: "folder" },
};

const all = flagsOf(configSchema, { group: groupOf }).map((flag) => ({ ...flag, ...looks[flag.name] }));

/** Flags of these keys of the configuration, in the order of help. */
export const configFlags = (keys: readonly string[]): readonly Flag[] =>
  [...Object.keys(groups), "The run"]
    .flatMap((heading) => all.filter(({ group }) => group === heading))
    .filter(({ path: [key] }) => keys.includes(String(key)));

/** The keys that flags set; a sweep is described in the file alone. */
export const configKeys: readonly string[] = Object.keys(configSchema.shape).filter((key) => key !== "sweep");

/** The flag of one key under a name and description that suit a command better. */
export function renamed(key: string, name: string, description: string): Flag {
  const flag = all.find(({ path }) => path.length === 1 && path[0] === key);
  if (!flag) throw new Error(`no flag sets "${key}"`);
  return { ...flag, name, description };
}
