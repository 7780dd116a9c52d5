/** What a schema refuses, said so that a reader knows what to change: the key, what was found, and the nearest known key. */
import { z } from "zod";
import { nearest } from "./nearest.ts";

export type Path = readonly (string | number)[];

export interface Complaint {
  /** Where; for an unknown key, the key itself. */
  readonly path: Path;
  readonly message: string;
}

/** One complaint per unknown key and per value that does not fit. @param noun  what the keys are called. */
export function complaintsOf(schema: z.ZodType, value: unknown, error: z.ZodError, noun = "key"): readonly Complaint[] {
  return error.issues.flatMap((issue): readonly Complaint[] => {
    const path = issue.path as Path;
    if (issue.code !== "unrecognized_keys") return [{ path, message: misfit(issue, valueAt(value, path)) }];
    const known = keysAt(schema, path);
    return issue.keys.map((key) => unknownKey(key, known, noun, path));
  });
}

/** One complaint for each key that is not known, with the nearest that is. */
export const unknownKeys = (given: readonly string[], known: readonly string[], noun = "key"): readonly Complaint[] =>
  given.filter((key) => !known.includes(key)).map((key) => unknownKey(key, known, noun, []));

/** A key may be known elsewhere: `beta1` of another optimizer. */
const unknownKey = (key: string, known: readonly string[], noun: string, path: Path): Complaint => ({
  path: [...path, key],
  message: `unknown ${noun} "${key}"${known.includes(key) ? "" : nearest(key, known)}`,
});

/** `beta: expected a number, found "high"; unknown option "bta", did you mean "beta"?` */
export const spoken = (complaints: readonly Complaint[]): string =>
  complaints.map(({ path, message }) => placed(path, message)).join("; ");

/** The path goes before what is wrong there; an unknown key at the top is named by its message already. */
const placed = (path: Path, message: string): string =>
  message.startsWith("unknown ") && path.length === 1
    ? message
    : [...(path.length > 0 ? [path.join(".")] : []), message].join(": ");

function misfit(issue: z.core.$ZodIssue, found: unknown): string {
  const wanted = expected(issue) ?? bounds(issue);
  if (wanted !== undefined) {
    if (found === undefined) return `missing, expected ${wanted}`;
    const counted = issue.code === "too_big" || issue.code === "too_small";
    return `expected ${wanted}, found ${counted && Array.isArray(found) ? found.length : shown(found)}`;
  }
  // The schema's own words tell what is wrong; that it is an object would add nothing.
  const isOne = found === undefined || (typeof found === "object" && found !== null);
  return isOne ? issue.message : `${issue.message}, found ${shown(found)}`;
}

/** "at most 1", "at least 2 items", "a multiple of 4"; undefined where the schema has words of its own. */
function bounds(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "not_multiple_of")
    return issue.message.startsWith("Invalid number: ") ? `a multiple of ${issue.divisor}` : undefined;
  if (issue.code !== "too_big" && issue.code !== "too_small") return undefined;
  if (!/^Too (big|small): /.test(issue.message)) return undefined;
  const bound = issue.code === "too_big" ? issue.maximum : issue.minimum;
  const [closed, open] = issue.code === "too_big" ? ["at most", "less than"] : ["at least", "more than"];
  const relation = issue.exact ? "exactly" : issue.inclusive === false ? open : closed;
  const unit = units[issue.origin];
  return [relation, String(bound), ...(unit ? [Number(bound) === 1 ? unit : `${unit}s`] : [])].join(" ");
}

/** What is counted. */
const units: Readonly<Record<string, string>> = { string: "character", array: "item", set: "item" };

const names: Readonly<Record<string, string>> = {
  int: "a whole number",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
};

/** "a number", "sgd or adamw": what should stand there, where the issue says. */
function expected(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return names[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code !== "invalid_union") return undefined;
  if (issue.errors.length === 0 && "options" in issue) return (issue.options as unknown[]).map(String).join(" or ");
  const wanted = issue.errors.map(([first]) => (first === undefined ? undefined : expected(first)));
  return [...new Set(wanted.filter((what) => what !== undefined))].join(" or ");
}

/** A value as it may stand in a message: a text in quotes, so that "1" is not taken for 1. */
export function shown(value: unknown): string {
  const text =
    typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : undefined;
  return text ?? (typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** The keys that a schema knows at a path, over all alternatives there. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const found = path.reduce<readonly JsonSchema[]>(
    (schemas, key) => schemas.flatMap((inner) => below(inner, key)),
    [json],
  );
  return found.flatMap(alternatives).flatMap(({ properties = {} }) => Object.keys(properties));
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const alternatives = (schema: JsonSchema): readonly JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(alternatives),
];

const below = (schema: JsonSchema, key: string | number): readonly JsonSchema[] =>
  alternatives(schema).flatMap(({ properties, items }) => (typeof key === "number" ? items : properties?.[key]) ?? []);
