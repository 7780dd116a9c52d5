import { stableJson, type Json } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { differences } from "./differences.ts";
import type { Fingerprint } from "./fingerprint.ts";

interface Described {
  readonly origin?: Json;
  readonly parts?: Json;
  readonly requests?: Json;
  readonly anchor?: Json;
}

const print = (settings: Json, { origin = null, parts = [], requests = [], anchor = null }: Described = {}) => {
  const method = { origin, parts, requests, weights: [1], auxiliaries: [], anchor };
  const rest = { data: "d", model: "m", reference: "", parts: "", backend: "cpu" };
  return { settings: stableJson(settings), method: stableJson(method), ...rest } satisfies Fingerprint;
};
const between = (before: Described, now: Described): readonly string[] =>
  differences(print({}, before), print({}, now));
const part = (slot: string, id: string, options: Json = null): Json => ({ id, slot, options });

describe("what a checkpoint's run differs in", () => {
  it("is the settings by name, with both values", () => {
    const before = print({ learningRate: 0.01, optimizer: { kind: "sgd", momentum: 0 }, steps: 3 });
    const now = print({ learningRate: 0.02, optimizer: { kind: "sgd" }, steps: 3 });
    expect(differences(before, now)).toEqual(["learningRate 0.01, now 0.02", "optimizer.momentum 0, now not set"]);
  });

  it("is the options of a method of one name, not its parts again, and else the name", () => {
    const dpo = (beta: number): Described => ({
      origin: { use: "dpo", options: { beta } },
      parts: [part("beta", "constant-beta", { beta })],
    });
    expect(between(dpo(0.2), dpo(0.3))).toEqual(["method.beta 0.2, now 0.3"]);
    expect(between(dpo(0.2), { origin: { use: "sft", options: {} } })).toEqual(["method dpo, now sft"]);
  });

  it("is the parts of a composition, by their places", () => {
    const before = { parts: [part("beta", "constant-beta", { beta: 0.1 }), part("loss", "logistic", { offset: 0 })] };
    const now = { parts: [part("beta", "constant-beta", { beta: 0.2 }), part("loss", "listwise", {})] };
    expect(between(before, now)).toEqual(["method.beta.beta 0.1, now 0.2", "method.loss logistic, now listwise"]);
    const more = { parts: [...before.parts, part("weighter", "mine")] };
    expect(between(before, more)).toEqual(["method.weighter not set, now mine"]);
    expect(between({ parts: [] }, { origin: { use: "own", options: {} } })).toEqual(["method composed, now own"]);
  });

  it("is the anchor, and what parts read that have no options to say it", () => {
    expect(between({ anchor: { name: "average", options: { keep: 0.9 } } }, {})).toEqual([
      "method.anchor average, now not set",
    ]);
    expect(between({ requests: ["a"] }, { requests: ["b"] })).toEqual(["what the parts of the method read"]);
  });

  it("says nothing of digests, and of a file that others have written", () => {
    expect(differences({ ...print({}), data: "x" }, print({}))).toEqual([]);
    expect(differences({ ...print({}), settings: "{" }, print({}))).toEqual([]);
  });
});
