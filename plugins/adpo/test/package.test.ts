import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { adaptiveTemperature, adpo, groupTargets, type Options } from "../src/index.ts";
import { inputs, tableOf } from "./groups.ts";
import { method } from "./readme-compose.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([adpo, groupTargets, adaptiveTemperature]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["adpo", "group-targets", "adaptive-temperature"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
    expect(Object.keys(about.peerDependencies)).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { tau: 0.5, targets: { kind: "kde" } };
    expect(adpo(options).beta.options).toEqual({ beta: 2 });
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("shows a composition that runs", () => {
    expect(evaluate(method, [tableOf(inputs.G4!)]).loss).toSatisfy(Number.isFinite);
  });

  it("names the metrics that are logged", () => {
    const all = adpo({ adaptive: {}, dropFailed: true, anchorKl: 0.1 });
    for (const name of Object.keys(evaluate(all, [tableOf(inputs.G4!)]).metrics))
      expect(readme).toContain(`\`${name}\``);
  });
});
