import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as kit from "../src/index.ts";
import { testView } from "./batch.ts";
import { gapDpo } from "./readme-composition.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the readme", () => {
  it("shows the composition that is tested here", () => {
    expect(readme).toContain(text("readme-composition.ts").replace("../src/index.ts", "@tokenwise/kit"));
  });

  it("composes a method that runs: β of a pair with rewards 3 and 1 is 0.05 · (1 + 2)", () => {
    const rewards = kit.tf.tensor2d([3, 1, 0, 0], [2, 2]);
    const { beta } = gapDpo.beta.control(testView({ read: { rewards } }));
    expect((beta as kit.PerPrompt).dataSync()).toEqual(new Float32Array([0.15, 0.05]));
  });

  it("names only what the package exports", () => {
    const named = [...readme.matchAll(/`([a-z]+[A-Z]?[A-Za-z]*)[(`]/g)].map(([, name]) => name!);
    const words = ["needs", "state", "parameters", "samples", "requires", "options", "metrics", "undefined", "train"];
    const unknown = named.filter((name) => !(name in kit) && !words.includes(name));
    expect(unknown).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });
});
