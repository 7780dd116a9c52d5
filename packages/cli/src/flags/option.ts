/** Flags as options of the command line parser. */
import { TokenwiseError } from "@tokenwise/kit";
import { Option } from "commander";
import { parse } from "yaml";
import { camel, type Flag, type GivenFlag } from "./flag.ts";

/** What help shows. */
export function optionOf(flag: Flag): Option {
  const value = flag.placeholder === undefined ? "" : ` ${bracketed(flag)}`;
  const option = new Option(`--${flag.name}${value}`, describe(flag)).helpGroup(`${flag.group}:`);
  return flag.repeats ? option.argParser(collect) : option;
}

/** A boolean alone means true. */
const bracketed = ({ placeholder = "" }: Flag): string =>
  placeholder === "boolean" ? "[boolean]" : `<${placeholder}>`;

function describe({ description, choices, default: value, repeats }: Flag): string {
  const notes = [
    ...(choices ? [choices.join(", ")] : []),
    ...(value !== undefined && value !== false ? [`default: ${shown(value)}`] : []),
    ...(repeats ? ["repeatable"] : []),
  ];
  return notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const collect = (value: string, before: unknown): readonly string[] => [
  ...((before as string[] | undefined) ?? []),
  value,
];

/** The flags that were given, with values of the type that they stand for. */
export function givenFlags(flags: readonly Flag[], options: Readonly<Record<string, unknown>>): readonly GivenFlag[] {
  return flags.flatMap((flag): GivenFlag[] => {
    const raw = options[camel(flag.name)];
    if (raw === undefined) return [];
    const value = Array.isArray(raw) ? raw.map((item) => typed(flag, item)) : typed(flag, raw);
    return [{ name: flag.name, path: flag.path, value }];
  });
}

/** Text as YAML reads it, so that a flag means what the same word means in the configuration. @throws TW_E_USAGE */
function typed(flag: Flag, raw: unknown): unknown {
  if (typeof raw !== "string" || raw === "") return raw;
  if (flag.structured) return structured(flag, raw);
  if (flag.textual) return raw;
  try {
    const value = parse(raw) as unknown;
    return value === raw.trim() ? raw : value; // a text keeps its outer spaces
  } catch {
    return raw;
  }
}

/** A map or list; a word stays as it is, whatever YAML makes of it. */
function structured({ name }: Flag, raw: string): unknown {
  try {
    const value = parse(raw) as unknown;
    return typeof value === "object" && value !== null ? value : raw;
  } catch (cause) {
    throw new TokenwiseError("TW_E_USAGE", `--${name}: ${JSON.stringify(raw)} is neither a name nor YAML`, {
      hint: "write a name, or '{ use: NAME, option: value }'",
      cause,
    });
  }
}
