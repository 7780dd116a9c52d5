import { readFileSync } from "node:fs";
import { createRegistry, describeOptions, optionsTable } from "@tokenwise/core";
import { describe, expect, it } from "vitest";
import plugin from "../src/index.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly keywords: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
const about = JSON.parse(text("../package.json")) as Manifest;

describe("the package", () => {
  it("exports a plugin with the name and version of its package, which a run can register", () => {
    expect([plugin.name, plugin.version]).toEqual([about.name, about.version]);
    expect(() => createRegistry([plugin])).not.toThrow();
  });

  it("is found by its keyword, and takes the kit, and plugins it builds on, from its user, so that there is one copy of each", () => {
    expect(about.keywords).toContain("tokenwise-plugin");
    const [plugin, ours] = [/^(@[^/]+\/)?(tokenwise-)?plugin-/, /^@tokenwise\/|^(@[^/]+\/)?tokenwise-plugin-/];
    expect(Object.keys(about.dependencies).filter((name) => ours.test(name))).toEqual([]);
    const peers = Object.keys(about.peerDependencies).filter((name) => !plugin.test(name));
    expect(peers).toEqual(["@tokenwise/kit"]);
  });
});

/** The cells of every row of every table. */
const rowsOf = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("the readme", () => {
  it.each(plugin.provides.map((factory) => [factory.id, factory] as const))(
    "has every option of %s, as its schema says it",
    (_, factory) => {
      const found = rowsOf(text("../README.md"));
      const [, , ...wanted] = rowsOf(optionsTable(describeOptions(factory)));
      for (const row of wanted)
        expect(found.filter((cells) => row.every((cell) => cells.includes(cell)))).toHaveLength(1);
    },
  );
});
