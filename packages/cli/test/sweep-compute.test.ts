import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contrastPlugin } from "./contrast-plugin.ts";
import { jsonLines, pairs, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  const prompts = ["it is", "it was", "we saw", "they say"];
  await here.write("prompts.jsonl", jsonLines(prompts.map((prompt) => ({ prompt }))));
  await here.write("held.jsonl", jsonLines(pairs.slice(0, 8).map((row) => ({ ...row, prompt: "so it" }))));
  await here.write("reward.ts", "export default (prompt: string, text: string): number => text.length;\n");
  await here.write("plugin.mjs", contrastPlugin);
});
afterAll(() => here.remove());

/** The reference is read in every step, which costs more than DPO. */
const dear = "{ beta: constant-beta, scorer: { use: implicit-reward, divergence: 0.5 }, loss: logistic }";
const weighted = "{ weighter: weights, beta: constant-beta, scorer: implicit-reward, loss: logistic }";

interface Options {
  readonly methods: string;
  readonly steps?: number;
  readonly more?: string;
  readonly sweep?: string;
}

const configuration = ({ methods, steps = 12, more = "", sweep = "" }: Options): string =>
  `model: model
data: pairs.jsonl
steps: ${steps}
batchSize: 4
learningRate: 0.01
backend: cpu
${more}sweep:
  methods: ${methods}
  prompts: prompts.jsonl
  reward: reward.ts
  samplesPerPrompt: 2
  maxNewTokens: 4
${sweep}`;

interface Runs {
  readonly runs: number;
  readonly failed: number;
  readonly test?: { readonly accuracy?: number };
  readonly training?: {
    readonly steps: number;
    readonly flops: Readonly<Record<"annotation" | "before" | "reference" | "steps" | "total", number>>;
    readonly uncounted: readonly string[];
  };
}
interface Summary {
  readonly methods: readonly {
    readonly points: readonly Runs[];
    readonly equalFlops?: Runs & { readonly difference?: unknown };
  }[];
}
const summary = async (folder: string): Promise<Summary> =>
  JSON.parse(await here.read(`${folder}/sweep.json`)) as Summary;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("a sweep", () => {
  it("tells the FLOPs of training, and the accuracy on held-out pairs where there are some", async () => {
    const more = "evaluationData: held.jsonl\n";
    await here.write("a.yaml", configuration({ methods: `[dpo, ${dear}]`, more, steps: 4 }));
    const { code, stdout, stderr } = await here.run("sweep", "--config", "a.yaml", "--output", "counted");
    expect([code, stderr]).toEqual([0, "prompts.jsonl: 4 of 4 rows\nheld.jsonl: 8 of 8 rows\n"]);
    expect(stdout).toMatch(/^method +chosen +steps +reward +KL +accuracy +FLOPs +from dpo$/m);
    expect(stdout).toMatch(/^dpo +4 +\S+ +\S+ +(0|0\.\d+|1) +\d\.\d+e\+\d+, 1\.00 ×$/m);
    const [dpo, other] = (await summary("counted")).methods.map(({ points }) => points[0]!);
    for (const { test, training } of [dpo!, other!]) {
      expect(test!.accuracy! * 8).toBeCloseTo(Math.round(test!.accuracy! * 8), 6);
      const { annotation, before, reference, steps, total } = training!.flops;
      expect([annotation, training!.steps, training!.uncounted]).toEqual([0, 4, []]);
      expect(total).toBe(before + reference + steps);
    }
    expect(dpo!.training!.flops.reference).toBeGreaterThan(other!.training!.flops.reference);
    expect(other!.training!.flops.steps).toBeGreaterThan(dpo!.training!.flops.steps);
    const page = await here.read("counted/sweep.html");
    expect(page).toContain("accuracy");
    expect(page).toContain("1.00 ×");
  });

  it("trains each method for as many FLOPs as the baseline too, goes on with it after a stop, and computes nothing twice", async () => {
    const sweep = "  seeds: [0, 1]\n  equalFlops: true\n";
    await here.write("e.yaml", configuration({ methods: `[dpo, ${dear}]`, sweep }));
    const { child, result } = here.start("sweep", "--config", "e.yaml", "--output", "equal");
    child.stdout!.on("data", (text: Buffer) => {
      if (text.includes("equal FLOPs")) child.kill("SIGKILL");
    });
    await result;
    const cells = (await readdir(`${here.folder}/equal/cells`)).filter((name) => name.endsWith(".json"));
    const { code, stdout, stderr } = await here.run("sweep", "--config", "e.yaml", "--output", "equal");
    expect([code, stderr]).toEqual([0, "prompts.jsonl: 4 of 4 rows\n"]);
    expect(count(stdout, /, kept$/gm)).toBe(cells.length - 1); // one is the reference
    expect(count(stdout, /^[12]\/2 .*, \d+ steps for equal FLOPs: reward/gm)).toBe(2);
    expect(stdout).toMatch(/^For as many FLOPs as dpo$/m);
    const [dpo, other] = (await summary("equal")).methods;
    expect(dpo!.equalFlops).toMatchObject({ runs: 2, failed: 0, training: dpo!.points[0]!.training });
    const [budget, spent] = [dpo!, other!].map(({ equalFlops }) => equalFlops!.training!);
    expect(spent!.steps).toBeLessThan(budget!.steps);
    expect(Math.abs(spent!.flops.total - budget!.flops.total)).toBeLessThan(spent!.flops.steps / spent!.steps);
    expect(other!.equalFlops).toHaveProperty("difference");
    expect(await here.read("equal/sweep.html")).toContain("equal FLOPs");
    const again = await here.run("sweep", "--config", "e.yaml", "--output", "equal");
    expect([again.code, count(again.stdout, /, kept$/gm)]).toEqual([0, 6]);
  });

  it("counts what annotators compute, says which models' training it cannot count, and gives each method the models that it asks for", async () => {
    const more = "plugins: [./plugin.mjs]\nannotation: { models: { positive: model } }\n";
    const methods = `[dpo, ${weighted}]`;
    await here.write("w.yaml", configuration({ methods, more, steps: 1, sweep: "  equalFlops: true\n" }));
    const without = await here.run("sweep", "--config", "w.yaml", "--output", "weighted");
    const [, command] = /failed: TW_E_NO_COLUMN: .*\n {2}hint: tokenwise (annotate .*)$/m.exec(without.stdout)!;
    expect([without.code, command]).toEqual([
      1,
      expect.stringMatching(/^annotate --config w\.yaml --data pairs\.jsonl --method '\{.*\}'$/),
    ]);
    const method = /'(.*)'$/.exec(command!)![1]!;
    const annotated = await here.run("annotate", "--config", "w.yaml", "--data", "pairs.jsonl", "--method", method);
    expect(annotated.code).toBe(0);
    const { code, stdout } = await here.run("sweep", "--config", "w.yaml", "--output", "weighted");
    expect([code, count(stdout, /, kept$/gm)]).toEqual([0, 1]);
    expect(stdout).toMatch(/^\{"beta.* 1 +\S+ +\S+ +≥ \d\.\d+e\+\d+, \d\.\d\d × /m);
    expect(stdout).toMatch(/≥: not counted is, for \{"beta".*\}: the training of the positive model$/m);
    const [dpo, own] = (await summary("weighted")).methods;
    const [{ training: ofDpo }, { training: ofOwn }] = [dpo!.points[0]!, own!.points[0]!];
    expect(ofDpo!.flops.annotation).toBe(0);
    // Two forward passes over all rows, in which a text stands before one.
    expect(ofOwn!.flops.annotation).toBeGreaterThan(1.5 * ofDpo!.flops.reference);
    // More than the baseline in all its one step.
    expect(own!.equalFlops).toEqual({ runs: 0, failed: 0 });
    expect(stdout).toMatch(/^\{"beta.* none: too much before its first step$/m);
  });

  it("that names a model for a role of none of its methods is refused", async () => {
    const more = "annotation: { models: { positive: model } }\n";
    await here.write("r.yaml", configuration({ methods: "[dpo]", more }));
    const { code, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "none");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^TW_E_ANNOTATION_MODEL: r\.yaml:7: annotation\.models\.positive: no annotator of the methods/)]); // prettier-ignore
  });
});
