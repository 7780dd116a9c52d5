import { TokenwiseError } from "@tokenwise/kit";
import type { GivenFlag } from "../flags/flag.ts";
import { isMethod } from "./is-method.ts";

type Entries = Readonly<Record<string, unknown>>;

/**
 * A configuration with the flags in place of its values. `--method NAME` takes the place of the whole method; `--method.KEY` changes
 * one option of it.
 *
 * @throws TW_E_USAGE  for an option of a method that is a value of code.
 */
export function applyFlags(configuration: unknown, flags: readonly GivenFlag[]): unknown {
  if (flags.length === 0) return configuration;
  if (configuration !== undefined && configuration !== null && !isEntries(configuration)) return configuration;
  const shallow = [...flags].sort((a, b) => a.path.length - b.path.length);
  return shallow.reduce<Entries>((entries, flag) => set(entries, flag.path.map(String), flag), configuration ?? {});
}

function set(entries: Entries, [key = "", ...rest]: readonly string[], flag: GivenFlag): Entries {
  if (rest.length === 0) return { ...entries, [key]: flag.value };
  const inner = entries[key];
  if (key === "method" && isMethod(inner))
    throw new TokenwiseError(
      "TW_E_USAGE",
      `--${flag.name} cannot change a method that the configuration makes in code`,
      {
        hint: "change it there, or write it as { use: NAME, … }",
      },
    );
  const named = typeof inner === "string" ? { use: inner } : inner;
  return { ...entries, [key]: set(isEntries(named) ? named : {}, rest, flag) };
}

const isEntries = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);
