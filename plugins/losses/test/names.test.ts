/** Everything is usable by name, as configuration files write it, and combines with what is not of this package. */
import { createRegistry, resolveMethod } from "@tokenwise/core";
import { compose, constantBeta, implicitReward, logistic, reverseKl, tf, weighter, type Method } from "@tokenwise/kit";
import { evaluate } from "@tokenwise/testkit";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import plugin, { batchBeta, gapFilter, trlDpo, wpoWeight } from "../src/index.ts";
import { mixed } from "./readme-compose.ts";
import { rows } from "./trl.ts";

type Spec = Parameters<typeof resolveMethod>[0];
const registry = createRegistry([plugin]);
const resolved = (text: string): Method => resolveMethod((parse(text) as { readonly method: Spec }).method, registry);
const lossOf = (method: Method): number => evaluate(method, [rows()]).loss;

const parts = plugin.provides.filter(({ kind }) => kind === "part");
const methods = plugin.provides.filter(({ kind }) => kind === "method");
const slots = { loss: "loss", scorer: "score", beta: "control", emphasis: "emphasize", weighter: "weigh" } as const;
const slotOf = (part: object) => Object.entries(slots).find(([, has]) => has in part)![0];
const inYaml = (slot: string, name: string): string =>
  Object.entries({ beta: "constant-beta", scorer: "implicit-reward", loss: "logistic", [slot]: name })
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join("");

describe("by name", () => {
  it.each(methods.map(({ id }) => id))("the method %s gives the same from YAML as in code", (id) => {
    const inCode = methods.find((factory) => factory.id === id)!() as Method;
    const [one, other] = [resolved(`method: ${id}`), inCode].map((method) => evaluate(method, [rows()]));
    expect(Number.isFinite(one!.loss)).toBe(true);
    expect(one!.loss).toBe(other!.loss);
  });

  it.each(parts.map(({ id }) => id))("the part %s gives the same from YAML as in code", (id) => {
    const part = parts.find((factory) => factory.id === id)!() as object;
    const slot = slotOf(part);
    const inCode = compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic(), [slot]: part });
    const [one, other] = [resolved(`method:\n${inYaml(slot, id)}`), inCode].map((method) => evaluate(method, [rows()]));
    expect(Number.isFinite(one!.loss)).toBe(true);
    expect(one!.loss).toBe(other!.loss);
  });

  it("a sum of losses, weighed, with a divergence and supervised training, is the same in YAML, in code and by TRL's options", () => {
    const yaml = readFileSync(new URL("readme-mixed.yaml", import.meta.url), "utf8");
    const byTrl = trlDpo({
      losses: ["sigmoid", "bco_pair", "sft"],
      weights: [0.8, 0.2, 1],
      divergence: "jensen-shannon",
      lengthAlpha: 0.5,
    });
    expect(lossOf(resolved(yaml))).toBe(lossOf(mixed));
    expect(lossOf({ ...byTrl, emphasis: wpoWeight() })).toBeCloseTo(lossOf(mixed), 6);
  });
});

const halved = weighter({
  name: "halved",
  weigh: ({ batch }) => ({ reward: tf.mul(0.5, tf.onesLike(batch.responseMask)) }),
});
const losses = parts.filter((factory) => slotOf(factory() as object) === "loss");
const scorers = parts.filter((factory) => slotOf(factory() as object) === "scorer");

describe("every loss", () => {
  it.each(losses.map(({ id }) => id))(
    "%s takes weights, a β per step, a filter and any scorer, and has a gradient",
    (id) => {
      const loss = losses.find((factory) => factory.id === id)!() as Method["objectives"][number]["loss"];
      const all = [...scorers.map((factory) => factory()), implicitReward({ divergence: -0.5, kl: reverseKl })];
      for (const scorer of all as Method["objectives"][number]["scorer"][]) {
        const method = compose({ weighter: halved, beta: batchBeta(), emphasis: gapFilter(), scorer, loss });
        const { gradients, loss: value } = evaluate(method, [rows()]);
        expect(Number.isFinite(value), scorer.name).toBe(true);
        const largest = tf.max(tf.abs(gradients.policy[0]!)).dataSync()[0]!;
        expect(largest, scorer.name).toBeGreaterThan(0);
      }
    },
  );
});

describe("what does not go together", () => {
  it.each<[string, string]>([
    ["{ use: trl-dpo, losses: [sigmoid], weights: [1, 2] }", "2 weights for 1 losses"],
    ["{ use: trl-dpo, losses: [sigmod] }", "losses"],
    ["{ use: f-dpo, alpha: 0.3 }", 'alpha 0.3 beside divergence "forward-kl"'],
    ["{ use: trl-dpo, alpha: 0.3 }", 'alpha 0.3 beside divergence "reverse-kl"'],
    ["{ use: robust, labelSmoothing: 0.5 }", "labelSmoothing"],
    ["{ use: exo, labelSmoothing: 0 }", "labelSmoothing"],
    ["{ use: hinge, betta: 1 }", 'did you mean "beta"'],
  ])("%s is refused, with the reason", (spec, message) => {
    const call = () => resolved(`method: ${spec}`);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });
});
