import { constantBeta, dpo, part, sft } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { describeOptions, optionsTable } from "./describe-options.ts";
import { createRegistry } from "./registry.ts";
import { roleOf } from "./role-of.ts";

const many = part({
  name: "many",
  options: z.object({
    open: z.number().gt(0).lt(1).default(0.5).describe("a share"),
    closed: z.number().min(0).max(0.5).optional(),
    least: z.int().min(1).default(3).describe("a | count"),
    kind: z.enum(["sum", "mean"]).default("sum"),
    clamp: z.object({ low: z.number().describe("lower end") }).optional(),
    either: z.union([z.string(), z.literal(false)]).default(false),
    layers: z.array(z.int()).default([0]),
    shape: z
      .union([
        z.object({ kind: z.literal("a"), at: z.number().default(1) }),
        z.object({ kind: z.literal("b"), at: z.number().default(2) }),
      ])
      .optional(),
  }),
  create: () => constantBeta(),
});

describe("the table of options", () => {
  it("has type, default and description of each, from the schema", () => {
    const rows = describeOptions(many).map((row) => [row.name, row.type, row.default]);
    expect(rows).toEqual([
      ["open", "number in (0, 1)", "0.5"],
      ["closed", "number in [0, 0.5]", ""],
      ["least", "integer ≥ 1", "3"],
      ["kind", '"sum" or "mean"', '"sum"'],
      ["clamp", "object", ""],
      ["clamp.low", "number", ""],
      ["either", "string or false", "false"],
      ["layers", "list of integer", "[0]"],
      ["shape", "object", ""],
      ["shape.kind", '"a" or "b"', ""],
      ["shape.at", "number", "1 or 2"],
    ]);
    expect(describeOptions(sft)).toEqual([]);
  });

  it("is Markdown with aligned columns, in which a bar is no column", () => {
    const lines = optionsTable(describeOptions(many)).trim().split("\n");
    expect(new Set(lines.map(({ length }) => length))).toHaveLength(1);
    expect(lines[0]).toMatch(/^\| name +\| type +\| default +\| meaning +\|$/);
    expect(lines[4]).toMatch(/^\| `least` +\| integer ≥ 1 +\| `3` +\| a \\\| count +\|$/);
    expect(lines[5]).toContain('`"sum"` or `"mean"`');
  });
});

describe("the role of a factory", () => {
  it("is a method, or the place of the part that it makes by default", () => {
    const registry = createRegistry();
    expect(roleOf(dpo as never)).toBe("method");
    expect(["implicit-reward", "logistic", "supervised"].map((name) => roleOf(registry.find("part", name)))).toEqual([
      "scorer",
      "loss",
      "auxiliary loss",
    ]);
  });

  it("is just a part where options are needed to make one", () => {
    const asking = part({ name: "asking", options: z.object({ beta: z.number() }), create: constantBeta });
    expect(roleOf(asking as never)).toBe("part");
  });
});
