/** The JSON schema of configuration files: completion and checks in an editor. */
import { createRegistry, type Registered, type Registry } from "@tokenwise/core";
import type { Factory } from "@tokenwise/kit";
import { z } from "zod";
import { configSchema } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** A whole number has no other bound than what a double can hold; saying so helps nobody. */
function withoutSafeBounds({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const schemaOf = (schema: z.ZodType): Json => {
  const json: Record<string, unknown> = z.toJSONSchema(schema, { io: "input", override: withoutSafeBounds });
  delete json.$schema;
  return json;
};

export function configJsonSchema(registry: Registry = createRegistry()): Json {
  const { properties, ...rest } = schemaOf(configSchema) as { readonly properties: Readonly<Record<string, Json>> };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of Tokenwise",
    ...rest,
    properties: {
      ...properties,
      plugins: { ...properties.plugins, items: { type: "string" } },
      method: {
        description: properties.method?.description,
        anyOf: [...named(registry, "method"), { $ref: "#/$defs/composition" }],
      },
    },
    $defs: { part: { anyOf: named(registry, "part") }, ...composition },
  };
}

/** The known names first, for completion; one alternative for each with its options, and one for those of other plugins. */
function named(registry: Registry, kind: Factory["kind"]): readonly Json[] {
  const known = registry.entries.filter(({ factory }) => factory.kind === kind);
  const ids = known.map(({ factory }) => factory.id);
  const isAlone = (id: string): boolean => ids.filter((other) => other === id).length === 1;
  const namesOf = ({ qualified, factory: { id } }: Registered): readonly string[] =>
    isAlone(id) ? [id, qualified] : [qualified];
  const use = { type: "string", not: { enum: known.flatMap(namesOf) } };
  return [
    { anyOf: [{ enum: known.map((entry) => namesOf(entry)[0]) }, { type: "string" }] },
    ...known.map((entry) => {
      const schema = schemaOf(entry.factory.options) as { readonly properties?: Json };
      return { ...schema, properties: { use: { enum: namesOf(entry) }, ...schema.properties }, required: ["use"] };
    }),
    { type: "object", properties: { use }, required: ["use"], description: `a ${kind} of another plugin` },
  ];
}

const part = { $ref: "#/$defs/part" };
const objective = { scorer: part, loss: part, weight: { type: "number", default: 1 } };
const composition = {
  objective: { type: "object", properties: objective, required: ["scorer", "loss"], additionalProperties: false },
  composition: {
    type: "object",
    description: "a method made of parts",
    properties: {
      ...{ weighter: part, beta: part, scorer: part, loss: part, emphasis: part, targets: part, anchor: part },
      objectives: { type: "array", items: { $ref: "#/$defs/objective" } },
      auxiliaries: { type: "array", items: part },
    },
    required: ["beta"],
    additionalProperties: false,
  },
};
