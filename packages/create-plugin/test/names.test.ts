import { createRegistry, checkPlugin } from "@tokenwise/core";
import { plugin } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { kindNames, parseKind, parsePluginName, renderPlugin } from "../src/index.ts";

const refusal = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

describe("a name", () => {
  it.each([
    ["long-answers", "tokenwise-plugin-long-answers"],
    ["tokenwise-plugin-long-answers", "tokenwise-plugin-long-answers"],
    ["@me/long-answers", "@me/tokenwise-plugin-long-answers"],
    ["@me/tokenwise-plugin-long-answers", "@me/tokenwise-plugin-long-answers"],
  ])("%s is the package %s with the part long-answers", (given, name) => {
    expect(parsePluginName(given)).toEqual({ package: name, id: "long-answers", identifier: "longAnswers" });
  });

  it.each(["long-answers", "plugin-long-answers", "@tokenwise/plugin-long-answers"])(
    "%s of an official plugin is @tokenwise/plugin-long-answers",
    (given) => expect(parsePluginName(given, { official: true }).package).toBe("@tokenwise/plugin-long-answers"),
  );

  it("is one that a registry and npm take", () => {
    const { package: name } = parsePluginName("@me/a1-b2");
    expect(() => checkPlugin(plugin({ name, version: "0.1.0", spec: 1, provides: [] }))).toThrow(/provides/);
  });

  it.each([
    ["", /no name of a plugin/],
    ["Long", /no name of a plugin/],
    ["long_answers", /no name of a plugin/],
    ["long--answers", /no name of a plugin/],
    ["2long", /no name of a plugin/],
    ["../long", /no name of a plugin/],
    ["@/long", /no name of a plugin/],
    ["@ME/long", /npm does not take/],
    [`a${"b".repeat(220)}`, /npm does not take/],
    ["class", /"class" means something in JavaScript/],
    ["undefined", /means something in JavaScript/],
    ["dpo", /a method or part of the kit/],
  ])("%j is refused", (given, message) => {
    expect(() => parsePluginName(given)).toThrow(refusal("TW_E_PLUGIN_NAME", message));
  });

  it("of another's scope is none of an official plugin", () => {
    expect(() => parsePluginName("@me/long", { official: true })).toThrow(refusal("TW_E_PLUGIN_NAME", /a scope/));
  });

  it.each(createRegistry().entries.map(({ factory }) => factory.id))(
    "%s of the kit is refused, which YAML could not tell from it",
    (id) => expect(() => parsePluginName(id)).toThrow(refusal("TW_E_PLUGIN_NAME", /of the kit/)),
  );

  it("that a template imports is refused, and one that it does not is not", () => {
    const render = (id: string) => renderPlugin(parsePluginName(id), "scorer", "project");
    expect(() => render("scorer")).toThrow(refusal("TW_E_PLUGIN_NAME", /"scorer" is what the project imports/));
    expect(() => render("log-ratio")).toThrow(refusal("TW_E_PLUGIN_NAME", /"logRatio"/));
    expect(() => render("weighter")).not.toThrow();
  });
});

describe("a kind", () => {
  it.each(kindNames)("%s is known", (kind) => expect(parseKind(kind)).toBe(kind));
  it("may be written as it is said", () => expect(parseKind("β controller")).toBe("beta-controller"));
  it.each(["", "constructor", "losses"])("%j is refused, with those that there are", (kind) => {
    expect(() => parseKind(kind)).toThrow(refusal("TW_E_PLUGIN_KIND", /kinds: weighter, scorer/));
  });
});
