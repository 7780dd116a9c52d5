import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createRegistry } from "@tokenwise/core";
import { constantBeta, dpo, method, part, plugin } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { configJsonSchema } from "./json-schema.ts";

const file = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Property[];
  readonly properties?: Readonly<Record<string, Property>>;
}

const typeOf = ({ type, enum: names, anyOf = [] }: Property): string =>
  names?.map((name) => `\`${name}\``).join(", ") ?? type ?? ([...new Set(anyOf.map(typeOf))].join(" or ") || "object");

/** A row of the readme's table, and those of the keys inside. */
function rows(key: string, property: Property): readonly string[] {
  const { default: value, description = "", properties = {} } = property;
  const usual =
    value === undefined || typeof value === "object" ? "" : `\`${JSON.stringify(value).replaceAll('"', "")}\``;
  const type = key === "method" ? "string or object" : typeOf(property);
  const inner = key === "read" || key === "read.columns" ? Object.entries(properties) : [];
  return [
    `| \`${key}\` | ${type} | ${usual} | ${description} |`,
    ...inner.flatMap(([name, below]) => rows(`${key}.${name}`, below)),
  ];
}

describe("the JSON schema of configurations", () => {
  // Made by `tokenwise config-schema`, formatted by Prettier.
  it("is the committed one", async () => {
    const committed: unknown = JSON.parse(await readFile(file("schema/tokenwise.schema.json"), "utf8"));
    expect(configJsonSchema()).toEqual(committed);
  });

  it("gives the readme's table of keys", async () => {
    const expected = Object.entries(configJsonSchema().properties as Record<string, Property>).flatMap(
      ([key, property]) => rows(key, property),
    );
    const readme = await readFile(file("README.md"), "utf8");
    const table = readme
      .slice(readme.indexOf("| key"))
      .split("\n")
      .slice(2, expected.length + 2);
    const plain = (row: string): string => row.replace(/\s+/g, " ");
    expect(table.map(plain)).toEqual(expected.map(plain));
  });
});

describe("the JSON schema with plugins", () => {
  const own = part({ name: "own", options: z.object({ scale: z.number().default(2) }), create: () => constantBeta() });
  const clash = method({ name: "dpo", options: z.object({}), create: () => dpo() });
  const about = { version: "1.0.0", spec: 1 } as const;
  const registry = createRegistry([plugin({ ...about, name: "@scope/plugin", provides: [own, clash] })]);

  it("knows their parts and options, and names that clash by their plugin alone", () => {
    const schema = JSON.stringify(configJsonSchema(registry));
    expect(schema).toContain('{"use":{"enum":["own","@scope/plugin/own"]},"scale":{"default":2,"type":"number"}}');
    expect(schema).toContain('"use":{"enum":["@scope/plugin/dpo"]}');
    expect(schema).toContain('"enum":["@tokenwise/kit/dpo","sft","@scope/plugin/dpo"]');
  });
});
