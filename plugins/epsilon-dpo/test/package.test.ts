import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { epsilonBeta, epsilonDpo, type Options } from "../src/index.ts";
import { givenPairs, growing } from "./pairs.ts";
import { method } from "./readme-compose.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([epsilonDpo, epsilonBeta]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["epsilon-dpo", "epsilon-beta"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
    expect(Object.keys(about.peerDependencies)).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { beta: 0.1, update: "paper" };
    expect(epsilonDpo(options).beta.options).toMatchObject(options);
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("shows a composition that runs", () => {
    expect(evaluate(method, [givenPairs([growing])]).beta[0]).toBeCloseTo(0.01 / 1.01, 8);
  });

  it("has every option, with its default", () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\|[^|]*\| (.*?) +\|/gm)].map(([, name, value]) => [
      name!,
      value!.replaceAll(/[`"]/g, ""),
    ]);
    const documented = Object.fromEntries(rows) as Record<string, string>;
    expect(Object.keys(documented)).toEqual(Object.keys(epsilonDpo.options.shape));
    for (const [name, value] of Object.entries(epsilonDpo.options.parse({})))
      expect(documented[name]).toBe(String(value));
  });

  it("names the metrics that are logged", () => {
    const { metrics } = evaluate(method, [givenPairs([growing])]);
    for (const name of Object.keys(metrics)) expect(readme).toContain(`\`${name}\``);
    expect(Object.keys(metrics)).toHaveLength(4);
  });
});
