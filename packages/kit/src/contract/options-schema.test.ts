import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as zod3 } from "zod/v3";
import { constantBeta, method, part, sft, TokenwiseError } from "../index.ts";

const make = part as unknown as (definition: object) => unknown;

function refusal(options: unknown): string {
  try {
    make({ name: "own", options, create: () => constantBeta() });
  } catch (error) {
    if (TokenwiseError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "";
}

describe("options of a method or part", () => {
  it.each([
    ["an object of zod 3", zod3.object({ beta: zod3.number() }), "a schema of zod 3"],
    ["an object with a member of zod 3", z.object({ beta: zod3.number() as never }), 'an object whose "beta" is a sch'],
    ["an object of zod/mini", mini.object({}), "a schema of zod/mini"],
    ["no object", z.number(), 'a zod schema of the kind "number"'],
    ["an object and a transformation", z.object({}).transform(() => 1), 'a zod schema of the kind "pipe"'],
    ["of another library", { "~standard": { vendor: "valibot" } }, "a schema of valibot"],
    ["no schema", { beta: 0.1 }, "an object without a schema"],
    ["missing", undefined, "missing"],
  ])("that are %s are refused with what they are and what to do", (_, options, found) => {
    const message = refusal(options);
    expect(message).toMatch(/^TW_E_PLUGIN: the part "own": its options are .*, not a z\.object\(\{ … \}\) of zod 4\n/);
    expect(message).toContain(`its options are ${found}`);
    expect(message).toContain("npm install zod@^4");
  });

  it("of a method are held to the same", () => {
    const options = zod3.object({}) as never;
    expect(() => method({ name: "own", options, create: () => sft() })).toThrow(
      /^the method "own": its options are a s/,
    );
  });

  it("may be refined, strict or loose", () => {
    for (const options of [z.object({}).refine(() => true), z.strictObject({ b: z.number() }), z.looseObject({})])
      expect(refusal(options)).toBe("");
  });
});
