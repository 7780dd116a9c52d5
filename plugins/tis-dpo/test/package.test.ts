import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { importanceWeights, tisDpo, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([tisDpo, importanceWeights]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["tis-dpo", "importance-weights"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { transform: { kind: "rank-based" }, alpha: 1 };
    expect(tisDpo(options).weighter?.options).toMatchObject({ transform: { kind: "rank-based", min: 0.7, max: 1.3 } });
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("has every option and every transform, with its defaults", () => {
    const names = [...readme.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name ?? "");
    expect(names.filter((name) => name in tisDpo.options.shape)).toEqual(Object.keys(tisDpo.options.shape));
    const kinds = ["exponential", "rank-based", "threshold-and-scale", "threshold", "binary", "origin", "random"];
    for (const kind of kinds) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${kind}\` `))!;
      const given = kind === "binary" ? { kind, percent: 50 } : { kind };
      const { transform } = tisDpo.options.parse({ transform: given }) as { transform: object };
      for (const [name, value] of Object.entries(transform))
        if (typeof value === "number" && name !== "percent")
          expect(row).toMatch(new RegExp(`\`${name}\`( \\w)? ${String(value).replace("-", "−")}\\b`));
    }
  });

  it("names the metrics that are logged", () => {
    for (const name of Object.keys(evaluate(tisDpo(), [toyPair()]).metrics)) expect(readme).toContain(`\`${name}\``);
  });
});
