import { readFileSync } from "node:fs";
import { evaluate } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import plugin, { attentionPo, attentionWeights, columnWeights, twDpo, type Options } from "../src/index.ts";
import { texts } from "../src/judge-prompt.ts";
import { toyPair } from "./toy-pair.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the package", () => {
  it("exports a plugin with the name and version of its package", () => {
    expect([plugin.name, plugin.version, plugin.spec]).toEqual([about.name, about.version, 1]);
    expect(plugin.provides).toEqual([attentionPo, twDpo, attentionWeights, columnWeights]);
    expect(plugin.provides.map(({ id }) => id)).toEqual([
      "attention-po",
      "tw-dpo",
      "attention-weights",
      "column-weights",
    ]);
  });

  it("needs the kit as a peer, so that there is one copy of it, and nothing else of Tokenwise", () => {
    const runs = Object.keys({ ...about.dependencies, ...about.peerDependencies });
    expect(runs.filter((name) => name.startsWith("@tokenwise"))).toEqual(["@tokenwise/kit"]);
  });

  it("exports the type of its options", () => {
    const options: Options = { layers: ["rollout", 0.5], verdicts: ["1", "2"] };
    expect(attentionPo(options).weighter?.options).toMatchObject({ layers: ["rollout", 0.5] });
  });
});

describe("the readme", () => {
  it("shows what is type-checked here, and the judge's prompt as it is", () => {
    expect(readme).toContain(text("readme-train.ts").replace("../src/index.ts", about.name));
    const prompt = String.raw({ raw: texts }, "{request}", "{first answer}", "{second answer}");
    expect(readme).toContain(`\`\`\`text\n${prompt}\n\`\`\``);
  });

  it("names the metrics that are logged", () => {
    for (const method of [attentionPo(), twDpo()])
      for (const name of Object.keys(evaluate(method, [toyPair()]).metrics)) expect(readme).toContain(`\`${name}\``);
  });
});
