import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contrastPlugin } from "./contrast-plugin.ts";
import { jsonLines, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  const prompts = ["it is", "it was", "we saw", "they say"];
  await here.write("prompts.jsonl", jsonLines(prompts.map((prompt) => ({ prompt }))));
  await here.write("reward.ts", "export default (prompt: string, text: string): number => text.length;\n");
  await here.write("rising.js", "let calls = 0;\nexport default () => calls++;\n");
  await here.write("early.mjs", early);
});
afterAll(() => here.remove());

/** A weighter: the first token of a response counts ten times, the others not at all. */
const early = `
import { z } from "zod";
const earliest = () => ({
  name: "earliest",
  warn: () => "no other token counts",
  weigh: ({ batch: { responseMask } }) => ({ reward: responseMask.mul(responseMask.cumsum(1).equal(1)).mul(10) }),
});
const provides = [Object.assign(earliest, { id: "earliest", kind: "part", options: z.object({}) })];
export default { name: "own", version: "1.0.0", spec: 1, provides };
`;
const weighted = "{ weighter: earliest, beta: constant-beta, scorer: implicit-reward, loss: logistic }";

const configuration = (methods: string, sweep: string, reward = "reward.ts"): string =>
  `model: model
data: pairs.jsonl
steps: 3
batchSize: 4
learningRate: 0.01
backend: cpu
plugins: [./early.mjs]
sweep:
  methods: ${methods}
  prompts: prompts.jsonl
  reward: ${reward}
  samplesPerPrompt: 2
  maxNewTokens: 4
${sweep}`;

interface Runs {
  readonly name: string;
  readonly runs: number;
  readonly test: {
    readonly reward: { readonly mean: number };
    readonly kl: { readonly mean: number };
    readonly ceiling?: object;
  };
  readonly difference?: object;
}
interface Summary {
  readonly methods: readonly { readonly points: readonly Omit<Runs, "name">[] }[];
  readonly controls: readonly Runs[];
  readonly bounds?: {
    readonly samples: number;
    readonly ceiling: readonly { readonly kl: number; readonly reward: number }[];
    readonly bestOfN: readonly { readonly n: number; readonly reward: { readonly mean: number } }[];
  };
}
const summary = async (folder: string): Promise<Summary> =>
  JSON.parse(await here.read(`${folder}/sweep.json`)) as Summary;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("a sweep with ceilingSamples", () => {
  const bounded = configuration("[dpo]", "  ceilingSamples: 400\n");

  it("samples the reference for each reported prompt, and tells the ceiling at each KL and the best of n, in tables, JSON and the chart", async () => {
    await here.write("b.yaml", bounded);
    const { code, stdout, stderr } = await here.run("sweep", "--config", "b.yaml", "--output", "bounded");
    expect([code, stderr]).toEqual([0, "prompts.jsonl: 4 of 4 rows\n"]);
    expect(stdout).toMatch(/^ceiling: prompt 1\/2\nceiling: prompt 2\/2\n1\/1 {2}dpo/m);
    expect(stdout).toMatch(/^\(reference\) +\S+ +0$/m);
    expect(stdout).toMatch(/^method +chosen +steps +reward +ceiling +KL +FLOPs/m);
    expect(stdout).toMatch(
      /^Best of n samples of the reference\nn +reward +95 % interval +KL\n2 +\S+ +\[.*\] +≤ 0\.1931$/m,
    );
    const { methods, bounds } = await summary("bounded");
    expect(bounds!.samples).toBe(400);
    expect(bounds!.bestOfN.map(({ n }) => n)).toContain(2);
    expect(methods[0]!.points[0]!.test.ceiling).toMatchObject({ reached: true });
    const rising = bounds!.ceiling.map(({ reward }) => reward);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    const page = await here.read("bounded/sweep.html");
    expect(page).toContain("best of 2");
    expect(page).toContain('"ceiling":[{');
  });

  it("says of a policy above the ceiling that it cannot be", async () => {
    await here.write("i.yaml", configuration("[dpo]", "  ceilingSamples: 300\n", "rising.js"));
    const { code, stdout } = await here.run("sweep", "--config", "i.yaml", "--output", "impossible");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\. Above the ceiling: dpo\. No policy can be: /)]);
  });

  it("keeps the samples of each prompt, and goes on with the missing ones after Ctrl-C", async () => {
    await here.write("b.yaml", bounded);
    const { child, result } = here.start("sweep", "--config", "b.yaml", "--output", "stopped");
    child.stdout!.once("data", () => child.kill("SIGINT"));
    const { code, stdout, stderr } = await result;
    expect([code, stderr]).toEqual([130, expect.stringContaining("interrupted after 0 of 1 runs. Go on with:")]);
    const before = await readdir(`${here.folder}/stopped/cells`);
    expect(before).toHaveLength(1 + count(stdout, /^ceiling: /gm));
    const again = await here.run("sweep", "--config", "b.yaml", "--output", "stopped");
    expect(again.code).toBe(0);
    expect(await here.read("stopped/sweep.json")).toBe(await here.read("bounded/sweep.json"));
  });
});

describe("a sweep with controls", () => {
  it("trains them at the chosen points: of the baseline, and of each method with weights", async () => {
    const controls =
      "  controls: [flipped-labels, no-learning, random-weights, shuffled-weights]\n  ceilingSamples: 300\n";
    await here.write("c.yaml", configuration(`[dpo, ${weighted}]`, `${controls}  seeds: [0, 1]\n  equalFlops: true\n`));
    const { code, stdout } = await here.run("sweep", "--config", "c.yaml", "--output", "controlled");
    expect(code).toBe(0);
    expect(count(stdout, /^\d\/8 {2}dpo, (labels flipped|no learning|random weights), seed/gm)).toBe(6);
    expect(count(stdout, /^\d\/8 {2}\{.*\}, weights shuffled, seed/gm)).toBe(2);
    expect(stdout).toMatch(
      /^Controls\ncontrol +point +steps +reward +ceiling +KL +FLOPs +from dpo\ndpo, labels flipped +3 /m,
    );
    const { methods, controls: told } = await summary("controlled");
    const [flipped, still, random, shuffled] = told;
    expect(told.map(({ name }) => name.replace(/\{.*\}/, "own"))).toEqual([
      "dpo, labels flipped",
      "dpo, no learning",
      "dpo, random weights",
      "own, weights shuffled",
    ]);
    for (const { runs, difference, test } of told) {
      expect([runs, difference]).toEqual([2, expect.anything()]);
      expect(test.ceiling).toBeDefined();
    }
    expect(still!.test.kl.mean).toBe(0);
    const [dpo, own] = methods.map(({ points }) => points[0]!.test.kl.mean);
    expect(new Set([dpo, own, flipped!.test.kl.mean, random!.test.kl.mean, shuffled!.test.kl.mean]).size).toBe(5);
    expect(await here.read("controlled/sweep.html")).toContain("labels flipped");
    const again = await here.run("sweep", "--config", "c.yaml", "--output", "controlled");
    expect([again.code, count(again.stdout, /, kept$/gm)]).toEqual([0, count(stdout, /^\d\/\d {2}/gm)]);
  });

  it("says what parts warned of, beside the run and under the table", async () => {
    await here.write("w.yaml", configuration(`[dpo, ${weighted}]`, ""));
    const { stdout } = await here.run("sweep", "--config", "w.yaml", "--output", "warned");
    expect(stdout).toMatch(/^2\/2 {2}\{.*\n {2}warning: earliest: no other token counts$/m);
    expect(stdout).toMatch(/\. Warning of \{.*\}: earliest: no other token counts$/m);
    expect(await here.read("warned/sweep.html")).toContain("no other token counts");
  });

  it("flips labels that the configuration flips back", async () => {
    const methods = "[dpo]";
    const flip = "  controls: [flipped-labels]\n";
    await here.write("f.yaml", `read: { swap: true }\n${configuration(methods, flip)}`);
    expect((await here.run("sweep", "--config", "f.yaml", "--output", "swapped")).code).toBe(0);
    await here.write("f.yaml", configuration(methods, flip));
    expect((await here.run("sweep", "--config", "f.yaml", "--output", "straight")).code).toBe(0);
    const [swapped, straight] = [await summary("swapped"), await summary("straight")];
    expect(swapped.controls[0]!.test).toEqual(straight.methods[0]!.points[0]!.test);
    expect(straight.controls[0]!.test).toEqual(swapped.methods[0]!.points[0]!.test);
  });

  it("gives a control no models that only the weights, which it does without, were made with", async () => {
    await here.write("contrast.mjs", contrastPlugin);
    const contrasted = weighted.replace("earliest", "weights");
    const models = "annotation: { models: { positive: model } }\n";
    const controls = "  controls: [random-weights]\n";
    await here.write("m.yaml", `${models}${configuration(`[${contrasted}]`, controls).replace("early", "contrast")}`);
    const method = `{"weighter":"weights","beta":"constant-beta","scorer":"implicit-reward","loss":"logistic"}`;
    const annotated = await here.run("annotate", "--config", "m.yaml", "--data", "pairs.jsonl", "--method", method);
    expect(annotated.code).toBe(0);
    const { code, stdout } = await here.run("sweep", "--config", "m.yaml", "--output", "modelled");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^1\/1 {2}\{.*, random weights, seed 0, .*: reward /m)]);
  });

  it("refuses to flip the labels of a method that goes by rewards", async () => {
    const byRewards = "{ beta: constant-beta, scorer: implicit-reward, loss: listwise, targets: reward-targets }";
    await here.write("r.yaml", configuration(`[${byRewards}]`, "  controls: [flipped-labels]\n"));
    const { code, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "refused");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^TW_E_CONFIG: r\.yaml:14: .* goes by rewards/)]);
  });

  it("refuses to flip the labels under columns that were made for them", async () => {
    await here.write("contrast.mjs", contrastPlugin);
    const contrasted = weighted.replace("earliest", "weights");
    const text = configuration(`[${contrasted}]`, "  controls: [flipped-labels]\n").replace("early", "contrast");
    await here.write("r.yaml", text);
    const { code, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "refused");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^TW_E_CONFIG: r\.yaml:14: .* columns of test\.contrast, which /),
    ]);
  });

  it.each([
    [
      "random weights where none count",
      "[random-weights]\n  baseline: sft",
      /^TW_E_CONFIG: r\.yaml:14: sweep\.controls: sft has no scores/,
    ],
    [
      "shuffled weights of no weights",
      "[shuffled-weights]",
      /^TW_E_CONFIG: r\.yaml:14: sweep\.controls: no method has weights/,
    ],
    [
      "one twice",
      "[no-learning, no-learning]",
      /^TW_E_CONFIG: r\.yaml:14: sweep\.controls: no-learning is named twice/,
    ],
    ["an unknown one", "[oracle]", /^TW_E_CONFIG: r\.yaml:14: sweep\.controls/],
  ])("refuses %s", async (_, controls, message) => {
    await here.write("r.yaml", configuration("[dpo, sft]", `  controls: ${controls}\n`));
    const { code, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "refused");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("refuses too few samples for a ceiling", async () => {
    await here.write("r.yaml", configuration("[dpo]", "  ceilingSamples: 100\n"));
    const { code, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "refused");
    expect([code, stderr]).toEqual([2, expect.stringContaining("r.yaml:14: sweep.ceilingSamples")]);
  });
});
