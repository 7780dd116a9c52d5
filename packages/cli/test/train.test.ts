import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, pairs, settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const byFlags = ["--model", "model", "--data", "pairs.jsonl", "--method", "dpo", "--steps", "3", ...settings];
const metrics = async (folder: string): Promise<unknown[]> =>
  (await here.read(`${folder}/metrics.jsonl`))
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { metrics: unknown }).metrics);

const yaml = (output: string): string => `
model: model
data: pairs.jsonl
output: ${output}
method: { use: dpo, beta: 0.2 }
steps: 3
batchSize: 4
learningRate: 0.01
backend: cpu
seed: 3
`;

describe("tokenwise train", () => {
  it("takes three steps by flags, and leaves a model, metrics and the configuration", async () => {
    const { code, stdout, stderr } = await here.run("train", ...byFlags, "--output", "flags", "--method.beta", "0.2");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("pairs.jsonl: 12 of 12 rows");
    expect(stdout).toMatch(/^step 3\/3 {2}loss 0\.\d+ {2}accuracy .* pairs\/s {2}0 s left$/m);
    expect(stdout).toMatch(/^done: 3 steps, .*; the model is in flags$/m);
    expect(await here.read("flags/config.json")).toContain('"model_type": "llama"');
    expect(await metrics("flags")).toHaveLength(3);
    const run = JSON.parse(await here.read("flags/run.json")) as { configuration: unknown };
    expect(run.configuration).toMatchObject({ method: { use: "dpo", beta: 0.2 }, steps: 3, batchSize: 4, clip: 1 });
  });

  it("gives the same numbers from YAML, which the flags go before", async () => {
    await here.write("tokenwise.yaml", yaml("unused").replace("beta: 0.2", "beta: 9").replace("steps: 3", "steps: 7"));
    const { code, stdout } = await here.run("train", "--output", "yaml", "--method.beta=0.2", "--steps", "3");
    expect([code, stdout]).toEqual([0, expect.stringContaining("the model is in yaml")]);
    expect(await metrics("yaml")).toEqual(await metrics("flags"));
    expect(await here.read("yaml/model.safetensors")).toBe(await here.read("flags/model.safetensors"));
    await here.remove("tokenwise.yaml");
  });

  it("gives the same numbers from a TypeScript configuration that makes its method in code", async () => {
    await here.write(
      "code.config.ts",
      `import { defineConfig } from "@tokenwise/cli";
       import { dpo } from "@tokenwise/kit";
       const steps: number = 3;
       export default defineConfig({
         model: "model", data: "pairs.jsonl", output: "code", method: dpo({ beta: 0.2 }),
         steps, batchSize: 4, learningRate: 0.01, backend: "cpu", seed: 3,
       });`,
    );
    const { code, stderr } = await here.start("train", "--config", "code.config.ts").result;
    expect([code, stderr]).toEqual([0, ""]);
    expect(await metrics("code")).toEqual(await metrics("flags"));
    const run = JSON.parse(await here.read("code/run.json")) as { configuration: unknown };
    expect(run.configuration).toMatchObject({ method: { use: "dpo", beta: 0.2 } });
  });

  it("hands over the file that parts begin with, by flag or from the configuration's folder", async () => {
    const refused = await here.run("train", ...byFlags, "--output", "parts", "--parts", "none.safetensors");
    expect(refused.stderr).toMatch(/^TW_E_PARTS: none\.safetensors cannot be read/);
    await here.write("of-parts.yaml", `${yaml("parts")}parts: flags/model.safetensors\n`);
    const { code, stderr } = await here.run("train", "--config", "of-parts.yaml");
    const why = "TW_E_PARTS: flags/model.safetensors is given, but no part of the method has trained tensors";
    expect([code, stderr]).toEqual([1, expect.stringContaining(why)]);
  });

  it("refuses an output folder that holds a run", async () => {
    const { code, stderr } = await here.run("train", ...byFlags, "--output", "flags");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^TW_E_OUTPUT_EXISTS: flags holds a run or a model already/),
    ]);
  });

  it("prints events as JSON lines", async () => {
    const { code, stdout } = await here.run("train", ...byFlags, "--output", "json", "--json");
    const types = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect([code, types.filter((type) => type !== "reference")]).toEqual([
      0,
      ["data", "start", "samples", "tokens", "step", "step", "step", "samples", "tokens", "checkpoint", "end"],
    ]);
  });

  it("composes a method of parts", async () => {
    const parts = ["--method.beta", "constant-beta", "--method.scorer", "implicit-reward"];
    const flags = byFlags.filter((word) => word !== "--method" && word !== "dpo");
    const composed = [...flags, ...parts, "--method.loss.use", "logistic", "--method.loss.offset", "0"];
    const { code, stderr } = await here.run("train", ...composed, "--output", "composed");
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("takes parts of a plugin that the configuration names by path", async () => {
    await here.write(
      "plugin.mjs",
      `import { z } from "zod";
       const options = z.object({});
       const fixed = () => ({ name: "fixed", control: () => ({ beta: 0.2 }) });
       const provides = [Object.assign(fixed, { id: "fixed", kind: "part", options })];
       export default { name: "own", version: "1.0.0", spec: 1, provides };`,
    );
    const method = "method: { beta: fixed, scorer: implicit-reward, loss: logistic }";
    await here.write("own.yaml", `plugins: [./plugin.mjs]\n${yaml("own").replace(/method:.*/, method)}`);
    const { code, stderr } = await here.run("train", "--config", "own.yaml");
    expect([code, stderr]).toEqual([0, ""]);
    expect(await metrics("own")).toEqual(await metrics("flags"));
    await here.write("none.yaml", "plugins:\n  - ./other.mjs\nmodel: model\nmethod: fixed\n");
    const { code: failed, stderr: why } = await here.run("train", "--config", "none.yaml");
    expect([failed, why]).toEqual([2, expect.stringMatching(/^TW_E_PLUGIN_NOT_FOUND: none\.yaml:2: .*other\.mjs/)]);
  });
});

describe("bad rows", () => {
  const bad = [pairs[0], { prompt: "it is", chosen: " good" }, "", pairs[1], { ...pairs[2], chosen: "" }];
  const flags = [...byFlags, "--data", "bad.jsonl"];

  it("end a run at the first one, by file and line", async () => {
    await here.write("bad.jsonl", `${jsonLines(bad)}{"prompt`);
    const { code, stderr } = await here.run("train", ...flags, "--output", "strict");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^TW_E_\w+: bad\.jsonl:2: .*rejected/)]);
  });

  it("are shown and written down where they may be skipped", async () => {
    const skip = ["--read.on-bad-row", "skip", "--output", "skip", "--batch-size", "2"];
    const { code, stdout } = await here.run("train", ...flags, ...skip);
    expect([code, stdout]).toEqual([0, expect.stringContaining("bad.jsonl: 2 of 6 rows, 4 dropped\n  bad.jsonl:2: ")]);
    const rows = (await here.read("skip/dropped.jsonl"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(rows).toHaveLength(4);
    expect(rows[3]).toMatchObject({ file: "bad.jsonl", line: 6 });
  });
});

describe("tokenwise sft", () => {
  it("learns completions, and takes preference rows by a column", async () => {
    const base = ["sft", "--model", "model", "--data", "pairs.jsonl", "--steps", "4", ...settings];
    const { code, stdout } = await here.run(...base, "--read.columns.completion", "chosen", "--output", "sft");
    expect([code, stdout]).toEqual([0, expect.stringContaining("completions/s")]);
    const losses = (await metrics("sft")).map((each) => (each as { loss: number }).loss);
    expect(losses[3]).toBeLessThan(losses[0] ?? 0);
  });

  it.each(["method", "reference", "parts"])("refuses a %s", async (key) => {
    await here.write("other.yaml", `${key}: dpo\nmodel: model\n`);
    const { code, stderr } = await here.run("sft", "--config", "other.yaml");
    expect([code, stderr]).toEqual([2, expect.stringContaining(`TW_E_CONFIG: other.yaml: ${key}: supervised`)]);
  });
});
