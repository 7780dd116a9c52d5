import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { attributionWeights, tiDpo, triplet, type Options } from "../src/index.ts";
import { method } from "./readme-compose.ts";
import { toyPair } from "./toy-pair.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([tiDpo, attributionWeights, triplet]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["ti-dpo", "attribution-weights", "triplet"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { lambda: 0.7, span: "response" };
    expect(tiDpo(options).weighter?.options).toMatchObject(options);
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("shows a composition that runs: the mean over two tokens weighed 1.35 and 0.65", () => {
    const { scores } = evaluate(method, [toyPair()]);
    expect(scores[0]![0]).toBeCloseTo(0.259695 / 2, 5);
  });

  it("has every option, with its default", () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\|[^|]*\| (.*?) +\|/gm)].map(([, name, value]) => [
      name!,
      value!.replaceAll(/[`"]/g, ""),
    ]);
    const documented = Object.fromEntries(rows) as Record<string, string>;
    expect(Object.keys(documented)).toEqual(Object.keys(tiDpo.options.shape));
    for (const [name, value] of Object.entries(tiDpo.options.parse({}))) expect(documented[name]).toBe(String(value));
  });

  it("names the metrics that are logged", () => {
    for (const name of Object.keys(evaluate(tiDpo(), [toyPair()]).metrics)) expect(readme).toContain(`\`${name}\``);
  });
});
