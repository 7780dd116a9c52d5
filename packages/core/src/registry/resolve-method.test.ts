import { dpo, method, part, plugin, TokenwiseError, type BetaController, type Method, type Part } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { MethodSpec } from "./method-spec.ts";
import { createRegistry } from "./registry.ts";
import { resolveMethod } from "./resolve-method.ts";

const average = part({
  name: "average",
  options: z.object({ keep: z.number().min(0).max(1) }),
  create: ({ keep }): Part => ({ name: "average", keep: () => keep }) as Part,
});
const anchors = plugin({ name: "anchors", version: "1.0.0", spec: 1, provides: [average] });

const resolve = (spec: unknown) => resolveMethod(spec as MethodSpec, createRegistry([anchors]));
const composed = { beta: "constant-beta", scorer: "implicit-reward", loss: "logistic" };
const betaOf = (beta: BetaController) => beta.control({} as never).beta;
const refused = (spec: unknown, code: string, message: RegExp): void => {
  expect(() => resolve(spec)).toThrow(expect.objectContaining({ code }));
  expect(() => resolve(spec)).toThrow(message);
};

describe("a specification", () => {
  it("names a method, alone or with options", () => {
    expect(betaOf(resolve("dpo").beta)).toBe(0.1);
    expect(betaOf(resolve({ use: "dpo", beta: 0.2 }).beta)).toBe(0.2);
    expect(betaOf(resolve({ use: "@tokenwise/kit/dpo", beta: 0.3 }).beta)).toBe(0.3);
  });

  it("composes a method of parts like compose()", () => {
    const method = resolve({ ...composed, beta: { use: "constant-beta", beta: 0.2 }, targets: "prefer-first" });
    expect(betaOf(method.beta)).toBe(0.2);
    const names = ({ weighter, beta, targets, objectives }: Method) =>
      [weighter, beta, targets, ...objectives.flatMap(({ scorer, loss }) => [scorer, loss])].map((one) => one?.name);
    expect(names(method)).toEqual(names(dpo()));
  });

  it("composes weighted objectives, auxiliary losses and an anchor policy", () => {
    const method = resolve({
      beta: "constant-beta",
      objectives: [
        { scorer: "implicit-reward", loss: "logistic", weight: 0.5 },
        { scorer: { use: "log-likelihood", length: "sum" }, loss: "listwise" },
      ],
      auxiliaries: [{ use: "supervised", weight: 0.1 }],
      anchor: { use: "average", keep: 0.9 },
    });
    expect(method.objectives.map(({ weight }) => weight)).toEqual([0.5, undefined]);
    expect(method.auxiliaries?.map(({ weight }) => weight)).toEqual([0.1]);
    expect(method.anchor).toMatchObject({ name: "average" });
    expect(resolve({ beta: "constant-beta", auxiliaries: ["supervised"] }).objectives).toEqual([]);
  });

  it("gives the scorer the divergence that it names", () => {
    const scorer = { use: "implicit-reward", divergence: -0.1, kl: "reverse" };
    const { objectives } = resolve({ ...composed, scorer });
    expect(JSON.stringify(objectives[0]?.scorer.needs)).toContain("reverse-kl");
  });

  it("is refused at the place of what is wrong, with the nearest known name", () => {
    refused("dpoo", "TW_E_UNKNOWN_METHOD", /^method: there is no method "dpoo", did you mean "dpo"/);
    refused({ use: "dpo", bta: 1 }, "TW_E_OPTIONS", /^method\.bta: unknown key "bta", did you mean "beta"/);
    refused({ use: "dpo", beta: "high" }, "TW_E_OPTIONS", /^method\.beta: expected a number, found "high"/);
    refused({ ...composed, loss: "logistics" }, "TW_E_UNKNOWN_PART", /^method\.loss: .*did you mean "logistic"/);
    refused({ ...composed, scorer: { use: "implicit-reward", length: 3 } }, "TW_E_OPTIONS", /sum or mean, found 3/);
    refused({ ...composed, weigher: "x" }, "TW_E_METHOD_SPEC", /^method\.weigher: .*did you mean "weighter"/);
    refused({ ...composed, scorer: "logistic" }, "TW_E_METHOD_SPEC", /^method\.scorer: a loss where a scorer belongs/);
    refused({ scorer: "implicit-reward", loss: "logistic" }, "TW_E_METHOD_SPEC", /^method\.beta: missing/);
    refused({ beta: "constant-beta", loss: "logistic" }, "TW_E_METHOD_SPEC", /^method\.scorer: missing/);
    refused({ ...composed, objectives: [] }, "TW_E_METHOD_SPEC", /^method\.objectives: /);
    refused({ ...composed, auxiliaries: "supervised" }, "TW_E_METHOD_SPEC", /^method\.auxiliaries: not a list/);
    refused({ beta: "constant-beta", objectives: ["dpo"] }, "TW_E_METHOD_SPEC", /^method\.objectives\.0: /);
    refused({ use: 3 }, "TW_E_METHOD_SPEC", /^method: no name/);
    refused(3, "TW_E_METHOD_SPEC", /^method: not a method/);
  });

  it("is refused for all that is wrong in its parts at once", () => {
    const spec = { bta: 1, beta: { use: "constant-beta", bet: 1 }, scorer: "implicit", loss: "logistics" };
    refused(spec, "TW_E_METHOD_SPEC", /method\.bta: .*"beta"[^]*method\.beta\.bet: .*"beta"/);
    refused(spec, "TW_E_METHOD_SPEC", /method\.scorer: .*"implicit-reward"[^]*method\.loss: .*"logistic"/);
  });

  it("is placed by the caller, also where a factory refuses what its schema cannot", () => {
    const picky = method({
      name: "picky",
      options: z.object({}),
      create: () => {
        throw new TokenwiseError("TW_E_OPTIONS", "low is above high", { hint: "swap them" });
      },
    });
    const registry = createRegistry([plugin({ name: "picky", version: "1.0.0", spec: 1, provides: [picky] })]);
    expect(() => resolveMethod("picky", registry)).toThrow(/^method: low is above high\n {2}hint: swap them$/);
  });

  it("is placed by the caller's own words", () => {
    const at = (path: readonly (string | number)[]) => `run.yaml:${path.length}`;
    expect(() => resolveMethod({ use: "dpo", bta: 1 }, createRegistry(), { at })).toThrow(/^run\.yaml:1: unknown key/);
  });
});
