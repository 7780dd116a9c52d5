import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complaintsOf } from "./complaints.ts";

function said(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  return error
    ? complaintsOf(schema, value, error)
        .map(({ message }) => message)
        .join("; ")
    : "";
}

describe("a complaint about a value", () => {
  it.each([
    [z.number().max(1), 2, "expected at most 1, found 2"],
    [z.number().lt(1), 1, "expected less than 1, found 1"],
    [z.number().min(0), -1, "expected at least 0, found -1"],
    [z.number().positive(), 0, "expected more than 0, found 0"],
    [z.number().multipleOf(4), 6, "expected a multiple of 4, found 6"],
    [z.string().min(1), "", 'expected at least 1 character, found ""'],
    [z.string().max(2), "abc", 'expected at most 2 characters, found "abc"'],
    [z.array(z.number()).min(2), [1], "expected at least 2 items, found 1"],
    [z.array(z.number()).length(2), [1, 2, 3], "expected exactly 2 items, found 3"],
    [z.int(), 1e40, "expected at most 9007199254740991, found 1e+40"],
    [z.number(), NaN, "expected a number, found NaN"],
  ])("says what fits and what was found", (schema, value, message) => {
    expect(said(schema, value)).toBe(message);
  });

  it("keeps the schema's own words, and repeats no object or list after them", () => {
    expect(said(z.number().max(1, "a probability"), 2)).toBe("a probability, found 2");
    expect(
      said(
        z.object({}).refine(() => false, "low must be below high"),
        {},
      ),
    ).toBe("low must be below high");
    expect(said(z.array(z.number()).min(1, "expected a weight"), [])).toBe("expected a weight");
    expect(
      said(
        z.number().refine(() => false, "expected a prime"),
        4,
      ),
    ).toBe("expected a prime, found 4");
  });
});
