/** Options that a schema allows, to try: derived from its JSON schema. */
import { stableJson, type Factory } from "@tokenwise/kit";
import { z } from "zod";
import type { Options } from "./contract-case.ts";

export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What a user may write. */
export const schemaOf = ({ options }: Factory): JsonSchema => z.toJSONSchema(options, { io: "input" }) as JsonSchema;

/** Whether the schema takes these options. */
export const accepts = ({ options }: Factory, given: Options): boolean => options.safeParse(given).success;

/** Values of a schema other than its default, the ones that tell most first; some may be refused. */
export function candidates(schema: JsonSchema, siblings: readonly number[] = []): readonly unknown[] {
  const branches = schema.anyOf ?? schema.oneOf;
  const all = branches ? branches.flatMap((each) => candidates(each, siblings)) : ofType(schema, siblings);
  const seen = new Set([stableJson(schema.default)]);
  return all.filter((value) => {
    const text = stableJson(value);
    return !seen.has(text) && seen.add(text);
  });
}

function ofType(schema: JsonSchema, siblings: readonly number[]): readonly unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  switch (schema.type) {
    case "boolean":
      return [true, false];
    case "number":
    case "integer":
      return numbers(schema, siblings);
    case "string":
      return ["a", "b"];
    case "array":
      return schema.items ? lists(candidates(schema.items, siblings), schema.minItems ?? 1) : [];
    case "object":
      return [objectOf(schema)];
    default:
      return [];
  }
}

/** As short as the schema allows, each beginning with another item. */
const lists = (items: readonly unknown[], least: number): readonly unknown[] =>
  items.map((_, first) => Array.from({ length: Math.max(1, least) }, (_, at) => items[(first + at) % items.length]));

function numbers({ type, default: first, ...bounds }: JsonSchema, siblings: readonly number[]): number[] {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = bounds;
  const [low, high] = [minimum ?? above, maximum ?? below];
  const moved = typeof first === "number" ? [first * 2, first / 2, first + 1, first - 1, first * 10, first / 10] : [];
  const middle = low !== undefined && high !== undefined ? [(low + high) / 2, low + (high - low) / 4] : [];
  const all = [...moved, ...middle, 0.5, 8, ...siblings, 1, 0.1, 2, 0.01, 3, minimum, maximum];
  const fits = (value: number): boolean =>
    value >= (low ?? -Infinity) && value <= (high ?? Infinity) && value !== above && value !== below;
  const numeric = all.filter((value) => value !== undefined).filter(fits);
  return type === "integer" ? numeric.filter(Number.isInteger) : numeric;
}

/** An object with every property of the schema; lower bounds low and upper bounds high, so that they leave room. */
function objectOf({ properties = {} }: JsonSchema): Options {
  const values = Object.entries(properties).map(([name, schema]) => {
    const all = candidates(schema);
    const sorted = all.filter((value) => typeof value === "number").toSorted((a, b) => a - b);
    const bound = /^(min|low)/i.test(name) ? sorted[0] : /^(max|high|up)/i.test(name) ? sorted.at(-1) : undefined;
    return [name, schema.default ?? bound ?? all[0]];
  });
  return Object.fromEntries(values) as Options;
}

export const defaultNumbers = ({ properties = {} }: JsonSchema): number[] =>
  Object.values(properties).flatMap(({ default: value }) => (typeof value === "number" && value !== 0 ? [value] : []));

/** Options that turn on what the defaults leave off, each choice once: for running every law with them. */
export function suggestedOptions(factory: Factory): readonly Options[] {
  const { properties = {} } = schemaOf(factory);
  const entries = Object.entries(properties);
  const firstLegal = (name: string, schema: JsonSchema): readonly unknown[] =>
    candidates(schema)
      .filter((value) => accepts(factory, { [name]: value }))
      .slice(0, 1);
  const isOff = ({ default: value, type, anyOf }: JsonSchema): boolean =>
    value === 0 || (value === undefined && (type === "object" || anyOf !== undefined));
  const on = Object.fromEntries(
    entries
      .filter(([, schema]) => isOff(schema))
      .flatMap(([name, schema]) => firstLegal(name, schema).map((value) => [name, value])),
  ) as Options;
  const choices = entries.flatMap(([name, schema]) =>
    schema.enum || schema.type === "boolean"
      ? candidates(schema)
          .filter((value) => value !== schema.default && accepts(factory, { [name]: value }))
          .map((value): Options => ({ [name]: value }))
      : [],
  );
  return Object.keys(on).length > 0 ? [on, ...choices] : choices;
}

/** Options with each branch of a union and each member of an enumeration in turn, at any depth. */
export function everyChoice(factory: Factory): readonly Options[] {
  return Object.entries(schemaOf(factory).properties ?? {}).flatMap(([name, schema]) =>
    choices(schema, (value) => accepts(factory, { [name]: value }))
      .filter((value) => stableJson(value) !== stableJson(schema.default))
      .map((value): Options => ({ [name]: value })),
  );
}

/** The values of a schema that are of another branch or another member, one of each. */
function choices(schema: JsonSchema, legal: (value: unknown) => boolean): readonly unknown[] {
  const { anyOf, oneOf, properties = {}, type, items, enum: members } = schema;
  const branches = anyOf ?? oneOf;
  if (branches)
    return branches.flatMap((branch) => {
      const own = choices(branch, legal);
      return own.length > 0 ? own : candidates(branch).filter(legal).slice(0, 1);
    });
  if (members) return members.filter(legal);
  if (type === "boolean") return [true, false].filter(legal);
  if (type === "array" && items)
    return choices(items, (item) => legal([item])).map((item): readonly unknown[] => [item]);
  if (type !== "object") return [];
  const whole = objectOf(schema);
  const varied = Object.entries(properties).flatMap(([key, inner]) =>
    choices(inner, (value) => legal({ ...whole, [key]: value })).map((value) => ({ ...whole, [key]: value })),
  );
  return [whole, ...varied].filter(legal);
}
