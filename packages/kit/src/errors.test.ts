import { describe, expect, it } from "vitest";
import { nearest, TokenwiseError } from "./index.ts";

describe("a coded error", () => {
  it("has a code, a message with its hint, and a cause", () => {
    const cause = new Error("below");
    const error = new TokenwiseError("TW_E_NO_COLUMN", "no column", { hint: "annotate first", cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "TokenwiseError", code: "TW_E_NO_COLUMN", hint: "annotate first", cause });
    expect(error.message).toBe("no column\n  hint: annotate first");
    expect(new TokenwiseError("TW_E_X", "bare").message).toBe("bare");
  });

  it("is known by its marker, also from another copy of the kit, and nothing else is", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("tokenwise.error")]: true });
    expect(TokenwiseError.is(new TokenwiseError("TW_E_X", "x"))).toBe(true);
    expect(TokenwiseError.is(foreign)).toBe(true);
    for (const other of [new Error("x"), null, undefined, "TW_E_X", { code: "TW_E_X" }])
      expect(TokenwiseError.is(other)).toBe(false);
  });
});

describe("the nearest known word", () => {
  const known = ["beta", "epsilon", "labelSmoothing"];
  it.each([
    ["betta", ', did you mean "beta"?'],
    ["labelsmoothing", ', did you mean "labelSmoothing"?'],
    ["epsilom", ', did you mean "epsilon"?'],
    ["temperature", ""],
  ])("to %s is named only if it is near", (word, suggestion) => expect(nearest(word, known)).toBe(suggestion));

  it("to anything among no words is nothing", () => expect(nearest("beta", [])).toBe(""));
});
