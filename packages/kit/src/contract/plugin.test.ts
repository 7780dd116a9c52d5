import { describe, expect, it } from "vitest";
import { dpo, plugin, sft, TokenwiseError } from "../index.ts";

const about = { name: "@tokenwise/plugin-x", version: "1.2.3", spec: 1 } as const;

describe("a plugin", () => {
  it("is what its package exports by default, frozen", () => {
    const value = plugin({ ...about, provides: [dpo, sft] });
    expect(value).toEqual({ ...about, provides: [dpo, sft] });
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.provides)).toBe(true);
  });

  it("is refused if two of its methods or parts have one name", () => {
    const twice = () => plugin({ ...about, provides: [dpo, sft, dpo] });
    expect(twice).toThrow(TokenwiseError);
    expect(twice).toThrow('@tokenwise/plugin-x provides "dpo" twice');
  });
});
