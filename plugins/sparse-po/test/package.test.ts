import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { activationMasks, maPo, sparseMasks, sparsePo } from "../src/index.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([sparsePo, maPo, sparseMasks, activationMasks]);
    expect(plugin.provides.map(({ id }) => id)).toEqual(["sparse-po", "ma-po", "sparse-masks", "activation-masks"]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
    expect(Object.keys(about.peerDependencies)).toEqual(["@tokenwise/kit"]);
  });
});

describe("the readme", () => {
  it.each(["readme-train.ts", "readme-compose.ts"])("shows %s as it is type-checked here", (file) => {
    expect(readme).toContain(text(file).replace("../src/index.ts", about.name));
  });

  it("names the metrics that are logged", () => {
    for (const name of ["sparse-masks/common-sparsity", "mask-norm:reward/loss", "grad_norm/parts"])
      expect(readme).toContain(`\`${name}\``);
  });
});
