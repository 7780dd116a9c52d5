import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const known = ["beta", "epsilon", "checkSize", "learningRate", "minBeta"];

describe("the nearest name", () => {
  it.each([
    ["betta", "beta"],
    ["eps", "epsilon"],
    ["epsilonValue", "epsilon"],
    ["learning_rate", "learningRate"],
    ["learning-rate", "learningRate"],
    ["checksize", "checkSize"],
    ["minbet", "minBeta"],
  ])("to %s is %s", (word, name) => {
    expect(nearest(word, known)).toBe(`, did you mean "${name}"?`);
  });

  it("is not named where none is near, or none is known", () => {
    for (const word of ["temperature", "x", "ep", "lr"]) expect(nearest(word, known)).toBe("");
    expect(nearest("beta", [])).toBe("");
  });
});
