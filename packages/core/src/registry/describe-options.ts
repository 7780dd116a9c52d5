/** The options of a method or part as a table: what its schema says, for readmes and the command line. */
import type { Factory } from "@tokenwise/kit";
import { z } from "zod";

export interface OptionRow {
  readonly name: string;
  /** `number > 0`, `"sum" or "mean"`, `list of number`. */
  readonly type: string;
  /** As JSON; empty where there is none. */
  readonly default: string;
  readonly description: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * One row per option, in the order of the schema; those of an option that is an object follow it as `clamp.low`, over all of its
 * alternatives: what differs between them is joined by "or".
 */
export function describeOptions({ options }: Pick<Factory, "options">): readonly OptionRow[] {
  return rowsOf(z.toJSONSchema(options, { io: "input", unrepresentable: "any" }) as JsonSchema, "");
}

/** The rows as a Markdown table with the columns name, type, default and meaning. */
export function optionsTable(rows: readonly OptionRow[]): string {
  const header = ["name", "type", "default", "meaning"];
  const cells = rows.map((row) => [
    ...[`\`${row.name}\``, row.type.replaceAll(/"[^"]*"/g, "`$&`"), row.default === "" ? "" : `\`${row.default}\``],
    row.description.replaceAll("|", "\\|"),
  ]);
  const all = [header, ...cells];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  return [header, widths.map((width) => "-".repeat(width)), ...cells].map(line).join("");
}

function rowsOf(schema: JsonSchema, prefix: string): readonly OptionRow[] {
  const properties = alternativesOf(schema).flatMap(({ properties: own = {} }) => Object.entries(own));
  const names = [...new Set(properties.map(([name]) => name))];
  return names.flatMap((name) => {
    const schemas = properties.filter(([other]) => other === name).map(([, property]) => property);
    const defaults = schemas.flatMap((one) => (one.default === undefined ? [] : [JSON.stringify(one.default)]));
    const inner: JsonSchema = { anyOf: schemas };
    return [
      {
        name: prefix + name,
        type: typeOf(inner),
        default: distinct(defaults),
        description: [...new Set(schemas.map(({ description = "" }) => description))].filter(Boolean).join("; "),
      },
      ...rowsOf(inner, `${prefix}${name}.`),
    ];
  });
}

const alternativesOf = (schema: JsonSchema): readonly JsonSchema[] => {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return alternatives.length === 0 ? [schema] : alternatives.flatMap(alternativesOf);
};

const distinct = (texts: readonly string[]): string => [...new Set(texts)].join(" or ");

function typeOf(schema: JsonSchema): string {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1 || alternatives[0] !== schema) return distinct(alternatives.map(typeOf));
  if (schema.enum) return distinct(schema.enum.map((value) => JSON.stringify(value)));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${schema.items ? typeOf(schema.items) : "anything"}`;
  if (schema.type === "number" || schema.type === "integer") return schema.type + rangeOf(schema);
  return schema.type ?? "anything";
}

/** ` > 0`, ` ≥ 1`, ` in (0, 0.5]`; a whole number's bounds of what a double holds are none. */
function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const [low, high] = [real(exclusiveMinimum ?? minimum), real(exclusiveMaximum ?? maximum)];
  const [openLow, openHigh] = [exclusiveMinimum !== undefined, exclusiveMaximum !== undefined];
  if (low !== undefined && high !== undefined)
    return ` in ${openLow ? "(" : "["}${low}, ${high}${openHigh ? ")" : "]"}`;
  if (low !== undefined) return ` ${openLow ? ">" : "≥"} ${low}`;
  return high === undefined ? "" : ` ${openHigh ? "<" : "≤"} ${high}`;
}

const real = (bound: number | undefined): number | undefined =>
  bound !== undefined && Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound;
