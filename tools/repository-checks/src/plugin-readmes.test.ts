/** What a plugin's manifest and readme say of it: its names as keywords; its options, as `tokenwise plugins NAME --markdown` prints them. */
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

const load = async (folder: string): Promise<Plugin> =>
  ((await import(join(root, folder, "src/index.ts"))) as { default: Plugin }).default;

describe.each(plugins)("the plugin %s", (folder) => {
  it("names its methods and parts as keywords, by which a run that does not name it says whose an unknown name is", async () => {
    const { keywords } = JSON.parse(read(`${folder}/package.json`)) as { readonly keywords: readonly string[] };
    const { provides } = await load(folder);
    expect(keywords).toEqual(expect.arrayContaining(provides.map(({ id }) => id)));
  });

  it("has every option of its methods and parts in its readme as the schema says it, and no other", async () => {
    const plugin = await load(folder);
    const wanted = plugin.provides.flatMap((factory) =>
      rowsOf(`## Options\n\n${optionsTable(describeOptions(factory))}\n## `),
    );
    const found = rowsOf(read(`${folder}/README.md`));
    expect([...new Set(found)].sort()).toEqual([...new Set(wanted)].sort());
  });
});
