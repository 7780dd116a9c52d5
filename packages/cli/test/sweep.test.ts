import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { contrastPlugin } from "./contrast-plugin.ts";
import { jsonLines, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  const prompts = ["it is", "it was", "we saw", "they say", "so far", "at last"];
  await here.write("prompts.jsonl", jsonLines(prompts.map((prompt) => ({ prompt }))));
  await here.write("reward.ts", "export default (prompt: string, text: string): number => text.length;\n");
  await here.write("throws.js", 'export default () => { throw new Error("no judge"); };\n');
  await here.write("nan.js", "export default () => NaN;\n");
  await here.write("nothing.js", "export const reward = 1;\n");
});
afterAll(() => here.remove());

interface Options {
  readonly grid?: string;
  readonly more?: string;
  readonly reward?: string;
  readonly methods?: string;
}

const configuration = ({
  grid,
  more = "",
  reward = "reward.ts",
  methods = "[dpo, { use: dpo, labelSmoothing: 0.4 }]",
}: Options = {}): string =>
  `model: model
data: pairs.jsonl
steps: 2
batchSize: 4
learningRate: 0.01
backend: cpu
sweep:
  methods: ${methods}
  grid: ${grid ?? "{ method.beta: [0.05, 0.5] }"}
  seeds: [0, 1]
  prompts: prompts.jsonl
  reward: ${reward}
  samplesPerPrompt: 2
  maxNewTokens: 4
${more}`;

interface Summary {
  readonly baseline: string;
  readonly methods: readonly {
    readonly name: string;
    readonly chosen?: number;
    readonly points: readonly {
      readonly runs: number;
      readonly failed: number;
      readonly validation?: number;
      readonly test?: { readonly reward: { readonly mean: number } };
    }[];
    readonly difference?: { readonly simultaneous: { readonly mean: number } };
  }[];
}
const summary = async (folder: string): Promise<Summary> =>
  JSON.parse(await here.read(`${folder}/sweep.json`)) as Summary;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("a sweep", () => {
  it("trains and measures every combination, chooses on one half, tells differences on the other, and keeps all of it", async () => {
    await here.write("s.yaml", configuration());
    const { code, stdout, stderr } = await here.run("sweep", "--config", "s.yaml", "--output", "swept");
    expect([code, stderr]).toEqual([0, "prompts.jsonl: 6 of 6 rows\n"]);
    expect(
      count(
        stdout,
        /^\d\/8 {2}dpo( labelSmoothing=0\.4)?, method\.beta (0\.05|0\.5), seed [01], pairs\.jsonl: reward /gm,
      ),
    ).toBe(8);
    expect(stdout).toMatch(/^method +chosen +steps +reward +KL +FLOPs +from dpo$/m);
    expect(stdout).toMatch(
      /^dpo labelSmoothing=0\.4 +method\.beta 0\.0?5 +2 +\S+ +\S+ +\S+, 1\.00 × +\S+ \[\S+, \S+\]$/m,
    );
    expect(await readdir(`${here.folder}/swept/cells`)).toHaveLength(9); // with the reference
    expect(await here.read("swept/sweep.html")).toContain("<html");
    const { methods, baseline } = await summary("swept");
    expect([baseline, methods.map(({ name }) => name)]).toEqual(["dpo", ["dpo", "dpo labelSmoothing=0.4"]]);
    const test = methods.map(({ points, chosen }) => {
      const validations = points.map(({ validation }) => validation!);
      expect(chosen).toBe(validations.indexOf(Math.max(...validations)));
      return points[chosen!]!.test!.reward.mean;
    });
    expect(methods[1]!.difference!.simultaneous.mean).toBeCloseTo(test[1]! - test[0]!, 10);
  });

  it("that is run again computes nothing, and another seed of it only what is new", async () => {
    await here.write("s.yaml", configuration());
    const before = await here.read("swept/sweep.json");
    const { code, stdout } = await here.run("sweep", "--config", "s.yaml", "--output", "swept", "--json");
    const types = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect([code, types]).toEqual([0, [...Array<string>(8).fill("kept"), "summary"]]);
    expect(await here.read("swept/sweep.json")).toBe(before);
    await here.write("s.yaml", configuration().replace("seeds: [0, 1]", "seeds: [0, 2]"));
    const other = await here.run("sweep", "--config", "s.yaml", "--output", "swept");
    expect([count(other.stdout, /, kept$/gm), count(other.stdout, /seed 2,/g)]).toEqual([4, 4]);
  });

  it("tries a method without the options of the grid that only others have, and says so", async () => {
    await here.write("o.yaml", configuration({ methods: "[dpo, sft]", grid: "{ method.beta: [0.05, 0.5], learningRate: [0.01, 0.02] }" })); // prettier-ignore
    const { code, stdout, stderr } = await here.run("sweep", "--config", "o.yaml", "--output", "without");
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^sft is tried without method\.beta, which it does not have\n/),
    ]);
    expect(count(stdout, /^\d+\/12 {2}dpo, method\.beta/gm)).toBe(8);
    expect(count(stdout, /^\d+\/12 {2}sft, learningRate/gm)).toBe(4);
  });

  it("goes on after runs that fail, never chooses their point, and says how to try them again", async () => {
    await here.write("f.yaml", configuration({ grid: "{ learningRate: [1.0e+30, 0.01] }", methods: "[dpo]" }));
    const { code, stdout, stderr } = await here.run("sweep", "--config", "f.yaml", "--output", "failing");
    expect([code, count(stdout, /failed: TW_E_NON_FINITE/g)]).toEqual([1, 2]);
    expect(stderr).toContain("2 of 4 runs failed. Try them again with:\n  tokenwise sweep --config f.yaml");
    const { methods } = await summary("failing");
    expect(methods[0]).toMatchObject({ chosen: 1, points: [{ runs: 2, failed: 2 }, { failed: 0 }] });
  });

  it("is stopped by Ctrl-C after the run that is going on, and goes on by the same command", async () => {
    await here.write("i.yaml", configuration());
    const { child, result } = here.start("sweep", "--config", "i.yaml", "--output", "stopped");
    child.stdout!.once("data", () => child.kill("SIGINT"));
    const { code, stderr } = await result;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^interrupted after \d of 8 runs\. Go on with:\n {2}tokenwise sweep --config i\.yaml/m),
    ]);
    expect(existsSync(`${here.folder}/stopped/sweep.json`)).toBe(false);
    const again = await here.run("sweep", "--config", "i.yaml", "--output", "stopped");
    expect(again.code).toBe(0);
    expect(count(again.stdout, /, kept$/gm)).toBeGreaterThan(0);
    const whole = await here.run("sweep", "--config", "i.yaml", "--output", "whole");
    expect([whole.code, count(whole.stdout, /, kept$/gm)]).toEqual([0, 0]);
    expect(await here.read("stopped/sweep.json")).toBe(await here.read("whole/sweep.json"));
  });
});

describe("a sweep of what changes", () => {
  it("keeps no run on a file that is another by now than when it began", async () => {
    const changing = `import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
let calls = 0;
export default (prompt: string, text: string): number => {
  const rows = readFileSync("changing.jsonl", "utf8").split("\\n");
  calls += 1;
  if (calls === 20) writeFileSync("changing.jsonl", rows.slice(0, 8).join("\\n"));
  return text.length;
};
`;
    await here.write("changing.ts", changing);
    await here.write("changing.jsonl", await here.read("pairs.jsonl"));
    const given = configuration({ methods: "[dpo]", grid: "{}", reward: "changing.ts" });
    await here.write("c.yaml", given.replace("pairs.jsonl", "changing.jsonl"));
    const { code, stdout } = await here.run("sweep", "--config", "c.yaml", "--output", "changed");
    expect([code, count(stdout, /^1\/2 .*: reward /gm)]).toEqual([1, 1]);
    expect(stdout).toMatch(
      /^2\/2 .*: failed: TW_E_CONFIG: changing\.jsonl is another by now than when the sweep began$/m,
    );
    expect((await here.run("sweep", "--config", "c.yaml", "--output", "changed")).code).toBe(0);
  });

  it("takes no plugin that code has made: it could not tell whether a run that is kept is still of it", async () => {
    await here.write("own.mjs", contrastPlugin);
    const config = JSON.stringify(parse(configuration({ methods: "[dpo]" })));
    await here.write("v.mjs", `import own from "./own.mjs";\nexport default { ...${config}, plugins: [own] };\n`);
    const { code, stderr } = await here.run("sweep", "--config", "v.mjs", "--output", "none");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^TW_E_CONFIG: .*plugins\.0: a plugin that code has made/),
    ]);
  });
});

describe("a sweep is refused, before anything is trained,", () => {
  it.each<[string, Options, RegExp]>([
    ["an unknown key", { more: "  sead: 1\n" }, /^TW_E_CONFIG: w\.yaml:15: sweep\.sead: unknown key "sead"/],
    ["a key of the grid that does not exist", { grid: "{ learningRat: [1] }" }, /^TW_E_CONFIG: w\.yaml:9: sweep\.grid\.learningRat: there is no .*did you mean "learningRate"/], // prettier-ignore
    ["an option of the grid that a method does not have", { grid: "{ method.bta: [1] }" }, /^TW_E_OPTIONS: w\.yaml:9: sweep\.grid\.method\.bta: unknown .*did you mean "beta"/], // prettier-ignore
    ["a value of the grid of a wrong type", { grid: "{ batchSize: [many] }" }, /^TW_E_CONFIG: w\.yaml:9: sweep\.grid\.batchSize: expected a number/], // prettier-ignore
    ["a seed in the grid", { grid: "{ seed: [1] }" }, /^TW_E_CONFIG: .*\n {2}hint: list them in sweep\.seeds/],
    ["an unknown method", { methods: "[dpo, dppo]" }, /^TW_E_UNKNOWN_METHOD: w\.yaml:8: /],
    ["a part in the place of a method", { methods: "[dpo, logistic]" }, /^TW_E_UNKNOWN_METHOD: w\.yaml:8: /],
    ["a method twice", { methods: "[dpo, dpo]" }, /^TW_E_CONFIG: w\.yaml:8: .*dpo is named twice/],
    ["a baseline that is none of the methods", { more: "  baseline: dbo\n" }, /^TW_E_CONFIG: w\.yaml:15: .*did you mean "dpo"/], // prettier-ignore
    ["no module of the reward", { reward: "judge.ts" }, /^TW_E_REWARD_MODULE: w\.yaml:12: .*judge\.ts cannot be loaded: Cannot find module '[^\n]*judge\.ts'\n {2}hint/], // prettier-ignore
    ["a module without a reward", { reward: "nothing.js" }, /^TW_E_REWARD_MODULE: w\.yaml:12: .*exports no function/],
  ])("for %s", async (_, options, message) => {
    await here.write("w.yaml", configuration(options));
    const { code, stderr } = await here.run("sweep", "--config", "w.yaml", "--output", "refused");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("for a reward that throws or is no number, with the prompt", async () => {
    for (const [reward, problem] of [
      ["throws.js", /TW_E_REWARD_FUNCTION: the reward function throws for .*"it is": no judge/],
      ["nan.js", /TW_E_REWARD_VALUES: the reward function gives NaN for .*"it is"/],
    ] as const) {
      await here.write("r.yaml", configuration({ reward }));
      const { code, stdout, stderr } = await here.run("sweep", "--config", "r.yaml", "--output", "unrewarded");
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(problem)]);
    }
  });

  it("without the key, and with too few prompts", async () => {
    await here.write("n.yaml", "model: model\noutput: none\n");
    const { code, stderr } = await here.run("sweep", "--config", "n.yaml");
    expect([code, stderr]).toEqual([2, expect.stringContaining("TW_E_CONFIG_INCOMPLETE: sweep is not set")]);
    await here.write("few.jsonl", jsonLines([{ prompt: "a" }, { prompt: "b" }]));
    await here.write("n.yaml", configuration().replace("prompts.jsonl", "few.jsonl"));
    const few = await here.run("sweep", "--config", "n.yaml", "--output", "none");
    expect([few.code, few.stderr]).toEqual([2, expect.stringContaining("n.yaml:11: sweep.prompts: 2 prompts")]);
  });
});
