import { describe, expect, it } from "vitest";
import {
  compose,
  constantBeta,
  implicitReward,
  isParameterSpec,
  logistic,
  preferFirst,
  tf,
  type ParameterTree,
} from "../index.ts";

describe("compose", () => {
  it("makes one objective of a scorer and a loss and keeps the other parts", () => {
    const [beta, scorer, loss, targets] = [constantBeta(), implicitReward(), logistic(), preferFirst()];
    expect(compose({ beta, scorer, loss, targets })).toEqual({ beta, targets, objectives: [{ scorer, loss }] });
  });
});

describe("a tree of parameters", () => {
  const spec = { init: () => tf.zeros([1]), optimizer: { weightDecay: 0.1 } };
  it.each<[string, ParameterTree[string], boolean]>([
    ["a parameter", spec, true],
    ["a branch", { weight: spec }, false],
    ["a branch with a parameter named init", { init: spec }, false],
  ])("tells %s", (_, node, expected) => expect(isParameterSpec(node)).toBe(expected));
});
