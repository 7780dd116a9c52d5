/** Flags from a schema: one for every key that holds a single value, however deep. */
import type { Path } from "@tokenwise/kit";
import { z } from "zod";
import { kebab, type Flag } from "./flag.ts";

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

export interface FlagOptions {
  /** Heading in help, by the first key. */
  readonly group: (key: string) => string;
  /** Booleans are set by naming them, and take no value. */
  readonly switches?: boolean;
}

export function flagsOf(schema: z.ZodObject, options: FlagOptions): readonly Flag[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const flags = Object.entries(json.properties ?? {}).flatMap(([key, value]) => walk([key], value, options));
  const names = [...new Set(flags.map(({ name }) => name))];
  return names.map((name) => merged(flags.filter((flag) => flag.name === name)));
}

function walk(path: readonly string[], schema: JsonSchema, options: FlagOptions): readonly Flag[] {
  const variants = alternatives(schema);
  const inner = variants.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, value]) => walk([...path, key], value, options)),
  );
  if (inner.length > 0) return inner;
  const list = variants.find(({ type }) => type === "array");
  const values = (list?.items ? alternatives(list.items) : variants).filter(({ type }) => type !== "object");
  return values.length === 0 ? [] : [flag(path, schema, values, list !== undefined, options)];
}

function flag(
  path: Path,
  schema: JsonSchema,
  values: readonly JsonSchema[],
  repeats: boolean,
  options: FlagOptions,
): Flag {
  const fixed = values.flatMap((value) => value.enum ?? ("const" in value ? [value.const] : []));
  const types = [...new Set(values.map(({ type }) => type))].filter((type) => type !== "null");
  const isSwitch = options.switches === true && types.length === 1 && types[0] === "boolean";
  const text = types.every((type) => type === "string");
  return {
    name: path.map((key) => kebab(String(key))).join("."),
    path,
    description: schema.description ?? "",
    placeholder: isSwitch ? undefined : fixed.length > 0 && text ? "name" : types.map(spoken).join("|") || "value",
    choices: fixed.length > 0 && text ? fixed.map(String) : undefined,
    default: schema.default,
    textual: text,
    repeats,
    group: options.group(String(path[0])),
  };
}

/** One key of several alternatives, such as `optimizer.epsilon`, is one flag. */
function merged(same: readonly Flag[]): Flag {
  const [first] = same as readonly [Flag];
  const choices = same.flatMap((flag) => flag.choices ?? []);
  const agreed = same.every((flag) => flag.default === first.default);
  return { ...first, ...(choices.length > 0 && { choices }), ...(!agreed && { default: undefined }) };
}

const spoken = (type: string | undefined): string =>
  type === "string" ? "text" : type === "integer" ? "number" : (type ?? "value");

const alternatives = (schema: JsonSchema): readonly JsonSchema[] => {
  const nested = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return nested.length === 0 ? [schema] : nested.flatMap(alternatives);
};
