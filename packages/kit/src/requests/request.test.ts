import { describe, expect, it } from "vitest";
import {
  activations,
  attention,
  column,
  derived,
  forwardKl,
  hiddenStates,
  inputGradient,
  logRatio,
  requestKey,
  rewards,
  sequenceSum,
  stableJson,
  tf,
  tokenLogProb,
  vocabulary,
} from "../index.ts";

const tilted = vocabulary<{ readonly tilt: number; readonly of: string }>("tilted", {
  models: ["policy", "reference"],
  gradient: false,
  reduce: (rows) => tf.sum(rows.logits("policy"), 1),
});

describe("the identity of a request", () => {
  it.each([
    [tokenLogProb("policy"), tokenLogProb("policy")],
    [tilted({ tilt: 0.1, of: "x" }), tilted({ of: "x", tilt: 0.1 })],
    [column("a"), column("a", "B,T")],
    [sequenceSum(logRatio), sequenceSum({ ...logRatio })],
    [hiddenStates("reference", { layers: [0, 2] }), hiddenStates("reference", { layers: [0, 2] })],
  ])("is by value, not by reference (%#)", (one, other) => {
    expect(one).not.toBe(other);
    expect(requestKey(one)).toBe(requestKey(other));
  });

  it("differs where name, options, kind or needs differ", () => {
    const all = [
      tokenLogProb("policy"),
      tokenLogProb("reference"),
      forwardKl,
      tilted({ tilt: 0.1, of: "x" }),
      tilted({ tilt: -0.1, of: "x" }),
      sequenceSum(tokenLogProb("policy")),
      sequenceSum(tokenLogProb("reference")),
      sequenceSum(forwardKl),
      derived("sequence-sum", "P,G", { other: forwardKl }, () => tf.zeros([1, 1])),
      derived("sequence-sum", "P,G", { tokens: undefined }, () => tf.zeros([1, 1])),
      rewards,
      column("rewards"),
      column("a"),
      hiddenStates("reference", { layers: "all" }),
      hiddenStates("reference", { layers: [0, 2] }),
      hiddenStates("reference", { layers: [2, 0] }),
      activations("reference", { types: ["mlp"] }),
      attention("judge", { layer: -1, query: "last", heads: "mean" }),
      attention("judge", { layer: -2, query: "last", heads: "mean" }),
      attention("judge", { layer: 0.5, query: "last", heads: "mean" }),
      attention("judge", { layer: "rollout", query: "last", heads: "mean" }),
      inputGradient({ norm: "l1" }),
      inputGradient({ norm: "l2" }),
    ];
    expect(new Set(all.map(requestKey)).size).toBe(all.length);
  });

  it("of a column includes its axes", () => {
    expect(requestKey(column("a", "P"))).not.toBe(requestKey(column("a")));
  });

  it("does not depend on the order in which keys were written, at any depth", () => {
    expect(stableJson({ b: [{ d: 1, c: null }], a: "x" })).toBe(stableJson({ a: "x", b: [{ c: null, d: 1 }] }));
    expect(stableJson([1, 2])).not.toBe(stableJson([2, 1]));
  });
});

describe("a request says where it comes from", () => {
  it("a vocabulary reduction reads models at every position, a derived quantity reads other requests", () => {
    expect(tilted({ tilt: 1, of: "x" })).toMatchObject({
      kind: "vocabulary",
      axes: "B,T",
      models: ["policy", "reference"],
    });
    expect(sequenceSum(forwardKl)).toMatchObject({
      kind: "derived",
      axes: "P,G",
      models: [],
      needs: { tokens: forwardKl },
    });
  });

  it("a column has the axes that were asked for, per token unless stated", () => {
    expect([column("a").axes, column("a", "P,G").axes, column("a", "P").axes]).toEqual(["B,T", "P,G", "P"]);
  });

  it("captures name the model", () => {
    expect(hiddenStates("teacher", { layers: "all" }).models).toEqual(["teacher"]);
    expect(inputGradient({ norm: "l1" }).models).toEqual(["policy"]);
  });
});
