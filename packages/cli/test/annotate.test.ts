import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contrastPlugin as plugin } from "./contrast-plugin.ts";
import { jsonLines, pairs, settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  await here.write("plugin.mjs", plugin);
  await here.write("test.jsonl", jsonLines(pairs.slice(0, 3).map((row) => ({ ...row, prompt: "so it" }))));
  await here.write("tokenwise.yaml", yaml);
});
afterAll(() => here.remove());

const yaml = `
model: model
data: pairs.jsonl
evaluationData: test.jsonl
plugins: [./plugin.mjs]
method: { weighter: weights, beta: constant-beta, scorer: implicit-reward, loss: logistic }
steps: 2
batchSize: 4
learningRate: 0.01
backend: cpu
`;

/** The lines that are stored as JSONL, of annotations with this share, in the order of the rows. */
async function stored(data: string, share: string): Promise<readonly string[]> {
  const folder = join(here.folder, `${data}.columns`);
  const files = (await readdir(folder, { recursive: true }).catch((): string[] => [])).filter((name) => name.endsWith(".jsonl")); // prettier-ignore
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  const lines = texts.flatMap((text) => text.split("\n").filter((line) => line.includes(`"${share}"`)));
  const lineOf = (text: string): number => (JSON.parse(text) as { readonly line: number }).line;
  return lines.sort((one, other) => lineOf(one) - lineOf(other));
}

describe("tokenwise annotate", () => {
  it("is what a run without columns is told to call, by the exact command", async () => {
    const { code, stderr } = await here.run("train", "--output", "none", "--batch-size", "2");
    expect(code).toBe(1);
    expect(stderr).toBe(
      'TW_E_NO_COLUMN: pairs.jsonl has no column "ratio", which the method reads\n  hint: tokenwise annotate --config tokenwise.yaml\n',
    );
    const flags = [
      "--config",
      "tokenwise.yaml",
      "--read.limit",
      "3",
      "--method.weighter",
      "{ use: weights, text: a b }",
    ];
    const { stderr: other } = await here.run("train", ...flags, "--output", "none");
    const command = /hint: tokenwise (annotate .*)\n/.exec(other)![1]!;
    expect(command).toBe(`annotate ${flags.slice(0, 4).join(" ")} --method.weighter '{"use":"weights","text":"a b"}'`);
  });

  it("computes the columns of data and evaluation data, and says what and where; again, there is nothing to do", async () => {
    const { code, stdout, stderr } = await here.run("annotate");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^pairs\.jsonl: 12 of 12 rows\nratio: 0 of 12 rows known, 12 computed; mean \S+, \S+ to \S+, over \d+ tokens\n {2}in pairs\.jsonl\.columns\/test\.contrast-\w{12}\ntest\.jsonl: 3 of 3 rows\nratio: 0 of 3 rows known, 3 computed; /,
    );
    const again = await here.run("annotate");
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("12 of 12 rows known, nothing to do;")]);
    const { stdout: json } = await here.run("annotate", "--json");
    const lines = json.trim().split("\n").map((line) => JSON.parse(line) as unknown); // prettier-ignore
    expect(lines).toEqual([
      expect.objectContaining({ data: "pairs.jsonl", rows: 12, interrupted: false }),
      expect.objectContaining({ columns: [expect.objectContaining({ name: "ratio", known: 3, computed: 0 })] }),
    ]);
  });

  it("serves training, evaluation and explain", async () => {
    expect(await here.run("train", "--output", "run")).toMatchObject({ code: 0, stderr: "" });
    expect(await here.run("eval", "--model", "run")).toMatchObject({ code: 0, stderr: "" });
    expect(await here.run("explain", "--row", "2")).toMatchObject({ code: 0, stderr: "" });
  });

  it("takes models by role from flags, relative to the working directory, and from the configuration", async () => {
    const sft = ["sft", "--model", "model", "--data", "pairs.jsonl", "--read.columns.completion", "chosen"];
    await here.write("empty.yaml", "");
    const made = await here.run(...sft, "--config", "empty.yaml", "--steps", "2", ...settings, "--output", "good");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await here.run("annotate", "--annotation.models.positive", "good");
    expect([code, stdout]).toEqual([0, expect.stringContaining("0 of 12 rows known, 12 computed")]);
    await here.write("other.yaml", `${yaml}annotation: { models: { positive: good } }\n`);
    const known = await here.run("annotate", "--config", "other.yaml");
    expect(known.stdout).toContain("12 of 12 rows known, nothing to do");
    expect(await here.run("train", "--config", "other.yaml", "--output", "by-role")).toMatchObject({ code: 0 });
    const wrong = await here.run("annotate", "--annotation.models.positiv", "good");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("TW_E_ANNOTATION_MODEL: no annotator")]);
    const refused = await here.run("sft", "--config", "other.yaml", "--output", "x");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("supervised training takes no")]);
  });

  it("goes on after kill -9 where it was, to the values of an annotation that was never stopped", async () => {
    const slow = plugin
      .replace(
        "async annotate({ prompt, responses }, { prepend, run }) {",
        "$& await new Promise((go) => setTimeout(go, 150));",
      )
      .replace("fingerprint: { text },", 'fingerprint: { text }, shares: { right: "rows that are right" },')
      .replace(
        "return { columns: { ratio: await Promise.all(ratios) } };",
        "return { columns: { ratio: await Promise.all(ratios) }, shares: { right: 1 } };",
      );
    await here.write("slow.mjs", slow);
    await here.write("slow.yaml", yaml.replace("plugin.mjs", "slow.mjs").replace("evaluationData: test.jsonl\n", ""));
    await here.write("alone.jsonl", jsonLines(pairs));
    const flags = ["annotate", "--config", "slow.yaml", "--micro-batch-tokens", "8", "--format", "jsonl"];
    const { child, result } = here.start(...flags, "--store-every", "0");
    for (let found = 0; found < 3; await new Promise((go) => setTimeout(go, 50)))
      found = (await stored("pairs.jsonl", "right")).length;
    child.kill("SIGKILL");
    expect((await result).code).toBe(null);
    const { code, stdout } = await here.run(...flags);
    const [, known, computed] = /^ratio: (\d+) of 12 rows known, (\d+) computed/m.exec(stdout)!.map(Number) as [number, number, number]; // prettier-ignore
    expect([code, known >= 3, known + computed]).toEqual([0, true, 12]);
    expect(stdout).toContain("right: 100.0 % of 12 (95 %: 75.8 % to 100.0 %)\n  rows that are right\n");
    await here.run(...flags, "--data", "alone.jsonl");
    expect(await stored("pairs.jsonl", "right")).toEqual(await stored("alone.jsonl", "right"));
    const { stdout: few } = await here.run(...flags, "--data", "test.jsonl");
    expect(few).toContain(
      "right: 100.0 % of 3 (95 %: 43.9 % to 100.0 %); not meaningful: the interval includes one half",
    );
  });

  it("says that there is nothing to do for a method without annotators", async () => {
    const { code, stdout } = await here.run("annotate", "--method", "dpo");
    expect([code, stdout]).toEqual([0, expect.stringContaining("nothing to do: the method reads no column")]);
  });

  it("keeps the outer spaces of a text that a flag gives", async () => {
    await here.run("annotate");
    const { stdout } = await here.run("annotate", "--method.weighter.text", "well ");
    expect(stdout).toMatch(/^ratio: 12 of 12 rows known/m);
  });

  it("is named with the method that explain was asked for", async () => {
    const word =
      "{ weighter: { use: weights, text: x }, beta: constant-beta, scorer: implicit-reward, loss: logistic }";
    const { stderr } = await here.run("explain", "dpo", word);
    expect(stderr).toContain(`hint: tokenwise annotate --config tokenwise.yaml --method '${word}'`);
  });
});
