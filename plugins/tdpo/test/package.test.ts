import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { tdpo, tdpoScore, type Options } from "../src/index.ts";
import { method } from "./readme-compose.ts";
import { toyPair } from "./toy-pair.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([tdpo, tdpoScore]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["tdpo", "tdpo-score"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
    expect(Object.keys(about.peerDependencies)).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { variant: "tdpo1", beta: 0.3 };
    expect(tdpo(options).origin).toMatchObject({ use: "tdpo", options });
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("shows a composition that runs, and gives for a pair what the method gives", () => {
    const [listwise, logistic] = [method, tdpo()].map((each) => evaluate(each, [toyPair()]).loss);
    expect(listwise).toBeCloseTo(logistic!, 6);
  });

  it("names the metrics that are logged", () => {
    const { metrics } = evaluate(tdpo(), [toyPair()]);
    for (const name of Object.keys(metrics)) expect(readme).toContain(`\`${name}\``);
    expect(Object.keys(metrics)).toHaveLength(3);
  });
});
