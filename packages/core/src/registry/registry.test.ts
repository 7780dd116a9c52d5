import { constantBeta, dpo, method, part, plugin, TokenwiseError, type Plugin } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRegistry } from "./registry.ts";

const named = (name: string) => method({ name, options: z.object({}), create: () => dpo() });
const foreign = (name: string, ...ids: string[]): Plugin =>
  plugin({ name, version: "1.0.0", spec: 1, provides: ids.map(named) });

const hingeLoss = part({ name: "hinge-loss", options: z.object({}), create: () => constantBeta() });

describe("a registry", () => {
  it("knows the kit's methods and standard parts", () => {
    const registry = createRegistry();
    expect(registry.find("method", "dpo")).toBe(dpo);
    for (const name of ["constant-beta", "implicit-reward", "log-likelihood", "logistic", "listwise", "prefer-first"])
      expect(registry.find("part", name).id).toBe(name);
  });

  it("knows what plugins provide, and forgets it with the run", () => {
    const registry = createRegistry([foreign("one", "own")]);
    expect(registry.find("method", "own").id).toBe("own");
    expect(() => createRegistry().find("method", "own")).toThrow(TokenwiseError);
  });

  it("names the nearest known name, the known ones, and how to add a plugin", () => {
    const registry = createRegistry();
    expect(() => registry.find("method", "dppo")).toThrow(/there is no method "dppo", did you mean "dpo"\?/);
    expect(() => registry.find("method", "tis-dpo")).toThrow(/known: dpo, sft\. .*plugins/);
    expect(() => registry.find("part", "dpo")).toThrow(/there is no part "dpo"; "dpo" is a method/);
    expect(() => registry.find("part", "logistics")).toThrow(expect.objectContaining({ code: "TW_E_UNKNOWN_PART" }));
    const withLoss = createRegistry([plugin({ ...foreign("one", "hinge"), provides: [named("hinge"), hingeLoss] })]);
    expect(() => withLoss.find("part", "hinge")).toThrow(
      /no part "hinge"; "hinge" is a method, did you mean "hinge-loss"\?/,
    );
  });

  it("names the installed packages that are not loaded, and first the one that the name may be of", () => {
    const installed = [
      { name: "@a/plugin-beta-dpo", keywords: ["dpo"] },
      { name: "plugin-other", keywords: ["tis-dpo"] },
      { name: "one", keywords: [] },
    ];
    const registry = createRegistry([foreign("one", "own")], { installed: () => installed });
    const others = /are not named under plugins: @a\/plugin-beta-dpo, plugin-other$/;
    expect(() => registry.find("method", "tis-dpo")).toThrow(
      /no method "tis-dpo"; plugin-other, which is installed but/,
    );
    expect(() => registry.find("part", "beta-dpo")).toThrow(/no part "beta-dpo"; @a\/plugin-beta-dpo, which is inst/);
    expect(() => registry.find("method", "dppo")).toThrow(/"dppo", did you mean "dpo"\?/);
    expect(() => registry.find("method", "dppo")).toThrow(others);
  });

  it("refuses a name that two plugins provide, unless the plugin is named", () => {
    const [one, two] = [foreign("@one/plugin", "same"), foreign("@two/plugin", "same", "dpo")];
    const registry = createRegistry([one, two]);
    expect(() => registry.find("method", "same")).toThrow(/@one\/plugin and @two\/plugin.*\n.*@two\/plugin\/same/);
    expect(registry.find("method", "@two/plugin/same")).toBe(two.provides[0]);
    expect(() => registry.find("method", "dpo")).toThrow(expect.objectContaining({ code: "TW_E_AMBIGUOUS_NAME" }));
    expect(registry.find("method", "@tokenwise/kit/dpo")).toBe(dpo);
  });

  it("refuses what is no plugin, another version of the contract, a second registration, and unusable names", () => {
    const bad = part({ name: "Upper", options: z.object({}), create: () => constantBeta() });
    const code = (value: unknown): string | undefined => {
      try {
        createRegistry([foreign("one", "own")]).register(value as Plugin);
      } catch (error) {
        return (error as TokenwiseError).code;
      }
    };
    expect(code(undefined)).toBe("TW_E_NOT_A_PLUGIN");
    expect(code({ name: "x" })).toBe("TW_E_NOT_A_PLUGIN");
    expect(code(named("y"))).toBe("TW_E_NOT_A_PLUGIN");
    expect(code({ name: "x", version: "1", spec: 1, provides: [named("y")] })).toBe("TW_E_PLUGIN");
    expect(code({ name: "@tokenwise/kit", version: "1.0.0", spec: 1, provides: [named("y")] })).toBe("TW_E_PLUGIN");
    expect(code({ name: "x", version: "1.0.0", spec: 2, provides: [] })).toBe("TW_E_PLUGIN_SPEC");
    expect(code({ name: "", version: "1.0.0", spec: 1, provides: [] })).toBe("TW_E_PLUGIN");
    expect(code({ name: "x", version: "1.0.0", spec: 1, provides: [{ id: "y" }] })).toBe("TW_E_PLUGIN");
    expect(code({ name: "x", version: "1.0.0", spec: 1, provides: [bad] })).toBe("TW_E_PLUGIN");
    expect(code({ name: "x", version: "1.0.0", spec: 1, provides: [named("y"), named("y")] })).toBe("TW_E_PLUGIN");
    expect(code(foreign("one", "other"))).toBe("TW_E_PLUGIN_TWICE");
  });

  it("says all that is wrong with a plugin's metadata at once, with the nearest key", () => {
    const register = () => {
      createRegistry([{ name: "Bad Name", version: "one", spec: 1, provide: [] } as unknown as Plugin]);
    };
    expect(register).toThrow(/^Bad Name: name: expected the name of its npm package, found "Bad Name"/);
    expect(register).toThrow(/version: expected a version such as 1\.2\.3, found "one"; provides: missing/);
    expect(register).toThrow(/unknown key "provide", did you mean "provides"\?/);
  });
});
