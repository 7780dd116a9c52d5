import { describe, expect, it } from "vitest";
import { z } from "zod";
import { constantBeta, dpo, method, part, sft, TokenwiseError, type TokenwiseError as Coded } from "../index.ts";

const weigh = part({
  name: "weigh",
  paper: { title: "A paper", url: "https://example.org" },
  options: z.object({
    beta: z.number().positive().default(0.1).describe("strength of the KL penalty"),
    variant: z.enum(["sum", "mean"]).default("sum"),
    clamp: z.object({ low: z.number(), high: z.number() }).optional(),
  }),
  create: ({ beta }) => constantBeta({ beta }),
});
/** What a configuration file says, which no compiler has seen. */
const untyped = weigh as (options: unknown) => unknown;

function refusal(call: () => unknown): Coded {
  try {
    call();
  } catch (error) {
    if (TokenwiseError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a factory", () => {
  it("has a name, a kind and a paper", () => {
    expect([weigh.id, weigh.kind, weigh.paper?.title]).toEqual(["weigh", "part", "A paper"]);
    expect([sft.id, sft.kind, sft.paper]).toEqual(["sft", "method", undefined]);
  });

  it("fills in defaults, and makes a new value each time", () => {
    const seen: unknown[] = [];
    const recording = part({
      name: "r",
      options: weigh.options,
      create: (options) => (seen.push(options), constantBeta()),
    });
    expect(recording()).not.toBe(recording({ beta: 2 }));
    expect(seen).toEqual([
      { beta: 0.1, variant: "sum" },
      { beta: 2, variant: "sum" },
    ]);
  });

  it("refuses an unknown option and names the nearest known one", () => {
    const error = refusal(() => untyped({ betta: 1 }));
    expect(error.code).toBe("TW_E_OPTIONS");
    expect(error.message).toContain('weigh: unknown option "betta", did you mean "beta"?');
    expect(error.hint).toBe("options of weigh: beta, variant, clamp");
  });

  it("names no option where none is near, and none where there are none", () => {
    expect(refusal(() => untyped({ temperature: 1 })).message).not.toContain("did you mean");
    const error = refusal(() => (sft as (options: unknown) => unknown)({ beta: 1 }));
    expect(error.hint).toBe("sft takes no options");
  });

  it.each([
    [{ beta: -1 }, "beta: "],
    [{ beta: "0.1" }, "beta: "],
    [{ variant: "median" }, "variant: "],
    [{ clamp: { low: 0 } }, "clamp.high: "],
    ["beta", 'weigh: expected an object, found "beta"'],
  ])("refuses %j, saying where", (options, where) => {
    const error = refusal(() => untyped(options));
    expect(error.code).toBe("TW_E_OPTIONS");
    expect(error.message).toContain(where);
  });

  it("reports every fault at once", () => {
    expect(refusal(() => untyped({ beta: -1, variant: "x", vraiant: 1 })).message).toMatch(
      /beta: .*variant: .*"vraiant"/s,
    );
  });

  it.each([weigh, dpo, sft])(
    "$id has a JSON schema with every option's default, which refuses unknown keys",
    (factory) => {
      const schema = z.toJSONSchema(factory.options, { io: "input" });
      expect(schema).toMatchObject({ type: "object", additionalProperties: false });
      expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(factory.options.shape));
      expect(schema.required ?? []).toEqual([]);
    },
  );

  it("writes descriptions and defaults into the JSON schema", () => {
    expect(z.toJSONSchema(weigh.options, { io: "input" }).properties?.beta).toMatchObject({
      default: 0.1,
      description: "strength of the KL penalty",
      exclusiveMinimum: 0,
      type: "number",
    });
  });

  it("lends its options to another factory", () => {
    const wider = method({
      name: "wider",
      options: weigh.options.extend({ offset: z.number().default(0) }),
      create: ({ beta }) => ({ beta: constantBeta({ beta }), objectives: [] }),
    });
    expect(wider({ beta: 3, offset: 1 }).beta.name).toBe("constant-beta");
    expect(refusal(() => (wider as (options: unknown) => unknown)({ ofset: 1 })).message).toContain('"offset"');
  });
});
