import { readFileSync } from "node:fs";
import { describeOptions } from "@tokenwise/core";
import { evaluate } from "@tokenwise/testkit";
import type { Method } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import * as exported from "../src/index.ts";
import { rows } from "./trl.ts";

const { default: plugin } = exported;
const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");
const cellsOf = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()).slice(1, -1); // prettier-ignore
const section = (name: string): readonly (readonly string[])[] =>
  (new RegExp(`^## ${name}\\n([^]*?)(?=^## )`, "m").exec(readme)?.[1] ?? "").split("\n").filter((line) => line.startsWith("|")).map(cellsOf); // prettier-ignore

describe("the package", () => {
  it("exports a plugin with the name and version of its package, which provides all that it exports", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    const named = Object.entries(exported).flatMap(([name, value]) => (name === "default" ? [] : [value]));
    expect(new Set(plugin.provides)).toEqual(new Set(named));
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
    expect(Object.keys(about.peerDependencies)).toEqual(["@tokenwise/kit"]);
  });

  it("says of every method and part which paper it is of, but for sums of losses", () => {
    const without = plugin.provides.filter(({ paper }) => !paper?.url.startsWith("https://")).map(({ id }) => id);
    expect(without).toEqual(["trl-dpo"]);
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts", "readme-mixed.yaml"])("shows %s as it is tried here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("has a row for every method, with all its options, its paper, and every part", () => {
    const table = section("What is this\\?").slice(2);
    const methods = plugin.provides.filter(({ kind }) => kind === "method");
    const row = (id: string) => table.find(([name]) => name === `\`${id}\``) ?? [];
    for (const { id, options, paper } of methods) {
      const [, , , named = "", , , cited = ""] = row(id);
      if (paper) expect(cited, id).toContain(paper.url);
      const own = Object.keys(options.shape).filter((name) => name !== "beta");
      if (id !== "trl-dpo") for (const name of own) expect(named, `${id}: ${name}`).toContain(`\`${name}\``);
    }
    const parts = table.map(([, , , , part = ""]) => part).join(" ");
    for (const { id, kind } of plugin.provides) if (kind === "part") expect(parts).toContain(`\`${id}\``);
  });

  it("says of every option whose it is, what it takes, its default and its meaning", () => {
    const [header, , ...table] = section("Options");
    expect(header).toEqual(["name", "of", "type", "default", "meaning"]);
    const own = plugin.provides.flatMap((factory) =>
      describeOptions(factory).map((option) => [
        factory.id,
        `\`${option.name}\``,
        option.type.replaceAll(/"[^"]*"/g, "`$&`"),
        option.default && `\`${option.default}\``,
        option.description,
      ]),
    );
    const documented = table.flatMap(([name, of = "", ...cells]) =>
      of.split(", ").map((id) => [id.replaceAll("`", ""), name, ...cells]),
    );
    const sorted = (given: readonly unknown[]) => given.map((each) => JSON.stringify(each)).sort();
    expect(sorted(documented)).toEqual(sorted(own));
  });

  it("names the metrics that are logged", () => {
    const { bco, betaDpo, wpo } = exported;
    for (const method of [bco(), betaDpo(), wpo()] as Method[])
      for (const name of Object.keys(evaluate(method, [rows()]).metrics)) expect(readme).toContain(`\`${name}\``);
  });
});
