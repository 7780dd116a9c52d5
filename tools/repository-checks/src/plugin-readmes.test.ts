/** The options in a plugin's readme are those of its schemas: what `tokenwise plugins NAME --markdown` prints. */
import { describeOptions, optionsTable } from "@tokenwise/core";
import type { Plugin } from "@tokenwise/kit";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { published, read, root } from "./repository.ts";

const plugins = published.filter((folder) => folder.startsWith("plugins/"));

/** The rows of every table in a section of a readme that has a column `default`: name, type, default, meaning. */
function rowsOf(readme: string): readonly string[] {
  const section = /^## Options\n([^]*?)(?=^## )/m.exec(readme)?.[1] ?? "";
  return section.split(/\n{2,}/).flatMap((block) => {
    const [header = "", , ...rows] = block.trim().split("\n");
    const columns = ["name", "type", "default", "meaning"].map((column) => cells(header).indexOf(column));
    return columns.includes(-1) ? [] : rows.map((row) => columns.map((column) => cells(row)[column]).join(" | "));
  });
}

const cells = (row: string): readonly string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

describe.each(plugins)("the readme of %s", (folder) => {
  it("has every option of its methods and parts as the schema says it, and no other", async () => {
    const { default: plugin } = (await import(join(root, folder, "src/index.ts"))) as { default: Plugin };
    const wanted = plugin.provides.flatMap((factory) =>
      rowsOf(`## Options\n\n${optionsTable(describeOptions(factory))}\n## `),
    );
    const found = rowsOf(read(`${folder}/README.md`));
    expect([...new Set(found)].sort()).toEqual([...new Set(wanted)].sort());
  });
});
