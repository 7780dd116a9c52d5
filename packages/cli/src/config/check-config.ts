import { isAbsolute, relative, resolve, dirname } from "node:path";
import { complaintsOf, type Path, TokenwiseError } from "@tokenwise/kit";
import type { GivenFlag } from "../flags/flag.ts";
import { applyFlags } from "./apply-flags.ts";
import { placesOf } from "./place.ts";
import { configSchema, pathKeys, type Config } from "./schema.ts";
import type { Source } from "./source.ts";

export interface Checked {
  /** With defaults; what `problem` refuses is not to be relied on. */
  readonly config: Config;
  /** As it was given. */
  readonly given: Readonly<Record<string, unknown>>;
  /** TW_E_CONFIG, with a line for everything that is wrong. */
  readonly problem: TokenwiseError | undefined;
  /** How the place of a value is named: `tokenwise.yaml:3: batchSize`, `--batch-size`. */
  readonly at: (path: Path) => string;
}

/** A configuration and flags, checked. */
export function checkConfig(source: Source | undefined, flags: readonly GivenFlag[]): Checked {
  const at = placesOf(source, flags);
  const merged = applyFlags(source?.value, flags) ?? {};
  const given = (typeof merged === "object" ? merged : {}) as Readonly<Record<string, unknown>>;
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) {
    const complaints = complaintsOf(configSchema, merged, parsed.error);
    const lines = complaints.map(({ path, message }) => [at(path), message].filter(Boolean).join(": "));
    const hint = "tokenwise config-schema prints every key";
    const problem = new TokenwiseError("TW_E_CONFIG", lines.join("\n"), { hint });
    return { config: given as Config, given, problem, at };
  }
  const folderOf = (...key: readonly string[]): string =>
    source && !flags.some(({ path }) => key.every((each, index) => path[index] === each)) ? dirname(source.file) : ".";
  const paths = pathKeys.flatMap((key) => {
    const value = parsed.data[key];
    return value === undefined ? [] : [[key, shown(resolve(folderOf(key), value))] as const];
  });
  const models = Object.entries(parsed.data.annotation?.models ?? {}).map(
    ([role, folder]) => [role, shown(resolve(folderOf("annotation", "models", role), folder))] as const,
  );
  const inSweep = (file: string): string => shown(resolve(folderOf("sweep"), file));
  const { sweep: asked } = parsed.data;
  const sweep = asked && {
    sweep: {
      ...{ ...asked, prompts: inSweep(asked.prompts), reward: inSweep(asked.reward) },
      ...(asked.data && { data: asked.data.map(inSweep) }),
    },
  };
  const annotation = parsed.data.annotation && { annotation: { models: Object.fromEntries(models) } };
  return {
    config: { ...parsed.data, ...Object.fromEntries(paths), ...annotation, ...sweep },
    given,
    problem: undefined,
    at,
  };
}

/** Paths in messages are relative where that is shorter. */
function shown(path: string): string {
  const short = relative(".", path);
  return short === "" ? "." : short.startsWith("..") || isAbsolute(short) ? path : short;
}
