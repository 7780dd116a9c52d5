import { describe, expect, it } from "vitest";
import type { TokenGroup } from "@tokenwise/report";
import { aboveCeiling } from "@tokenwise/sweep";
import { parseArguments } from "../src/demo/arguments.ts";
import { labelledPairs } from "../src/demo/pairs.ts";
import { reportOf, demoPage } from "../src/demo/report-page.ts";
import { contestants } from "../src/contestants/contestants.ts";
import { runDemo, type DemoRow } from "../src/demo/run-demo.ts";
import { readSamples } from "../src/demo/samples.ts";
import { remarksOn, renderTable } from "../src/demo/table.ts";
import { score } from "../src/world/semantics.ts";
import { worldNamed } from "../src/world/worlds.ts";

const named = (...names: readonly string[]) => contestants.filter(({ name }) => names.includes(name));
const small = {
  world: worldNamed("scope"),
  seed: 0,
  dataSeed: 0,
  backend: "wasm",
  steps: 64,
  batchSize: 32,
  trainPrompts: 192,
  testPrompts: 64,
  samplesPerPrompt: 3,
  contestants: named("DPO"),
} as const;

describe("the demonstration, on wasm", () => {
  it("raises the true reward above the reference's interval; with the reward's sign turned, lowers it below", async () => {
    const [plain, flipped] = [await runDemo({ ...small, flip: false }), await runDemo({ ...small, flip: true })];
    const [reference, up] = plain.results.rows as [DemoRow, DemoRow];
    const down = flipped.results.rows[1]!;
    expect(flipped.results.rows[0]!.reward).toEqual(reference.reward);
    expect(up.reward.mean).toBeGreaterThan(reference.reward.mean + 0.05);
    expect(down.reward.mean).toBeLessThan(reference.reward.mean - 0.05);
    expect(reference.kl.mean).toBeCloseTo(0, 4);
    for (const { kl, accuracy } of [up, down]) {
      expect(kl.mean).toBeGreaterThan(0.05);
      expect(accuracy).toBeGreaterThan(0.53);
    }
    expect(up.reward.mean).toBeLessThan(up.ceiling.reward);
    expect(down.reward.mean).toBeGreaterThan(down.ceiling.reward);
    for (const { results } of [plain, flipped]) expect(aboveCeiling(results.rows, results.options)).toEqual([]);
  }, 240_000);

  it("runs every method and control end to end, in a proxy world: table and page name every one", async () => {
    const compared = contestants;
    const sizes = { steps: 2, batchSize: 8, trainPrompts: 12, testPrompts: 12, samplesPerPrompt: 2 };
    const world = worldNamed("scope-proxy");
    const demo = await runDemo({ ...small, ...sizes, world, flip: false, contestants: compared });
    const names = ["reference", ...compared.map(({ name }) => name)];
    expect(demo.results.rows.map(({ name }) => name)).toEqual(names);
    expect(aboveCeiling(demo.results.rows, demo.results.options)).toEqual([]);
    const table = renderTable(demo.results);
    for (const name of [...names, "best of 2", "ceiling", "proxy"]) expect(table).toContain(name);

    const remarks = remarksOn(demo.results).join("\n");
    expect(remarks).toMatch(/AttentionPO: not meaningful/u);
    expect(remarks).toMatch(/the reward of each sample: ADPO, groups of 4/u);
    const rowOf = (name: string) => demo.results.rows.find((row) => row.name === name)!;
    expect(rowOf("DPO, learning rate 0").kl.mean).toBeCloseTo(0, 6);
    expect(rowOf("DPO, learning rate 0").reward).toEqual(rowOf("reference").reward);
    expect(rowOf("TIS-DPO(D)").cost!.models).toEqual(["dpo", "dpo-flipped"]);
    expect(rowOf("DPO").compute).toBe(1);

    const report = reportOf(demo, "npm run demo");
    expect(report.runs.map(({ name, steps, samples }) => [name, steps.length, samples?.length])).toEqual(
      compared.map(({ name }) => [name, 2, 2]),
    );
    expect(report.comparison!.series.map(({ name }) => name)).toEqual([...names, "best of n"]);
    const page = demoPage(demo, "npm run demo");
    for (const name of names) expect(page).toContain(JSON.stringify(name));
    expect(page).toMatch(/^<!doctype html>/u);

    // The same sentences by every method; what a token weighs is the method's, and its bounds are its transform's.
    const maps = new Map(report.tokens!.methods.map(({ name, groups }) => [name, groups]));
    const textOf = (groups: readonly TokenGroup[]) =>
      groups.map(({ source, candidates }) => [
        source,
        candidates.map((candidate) => candidate!.tokens.map(({ text }) => text)),
      ]);
    const weightsOf = (name: string) =>
      maps
        .get(name)!
        .flatMap(({ candidates }) =>
          candidates.flatMap((candidate) =>
            candidate!.tokens.flatMap(({ content, weight }) => (content ? [weight] : [])),
          ),
        );
    expect([...maps.keys()]).toEqual(compared.filter(({ rows }) => rows === "pairs").map(({ name }) => name));
    for (const groups of maps.values()) expect(textOf(groups)).toEqual(textOf(maps.get("DPO")!));
    expect(weightsOf("TIS-DPO(S) × ε-DPO")).toEqual(weightsOf("TIS-DPO(S)"));
    expect(weightsOf("TIS-DPO(S), shuffled")).not.toEqual(weightsOf("TIS-DPO(S)"));
    const random = weightsOf("TIS-DPO, random");
    expect(Math.min(...random)).toBeGreaterThanOrEqual(0.7);
    expect(Math.max(...random)).toBeLessThanOrEqual(1.3);
    expect(new Set(random).size).toBeGreaterThan(random.length / 2);
  }, 120_000);

  it("leaves out what has no time, and says so", async () => {
    const sizes = { steps: 1, batchSize: 8, trainPrompts: 12, testPrompts: 12, samplesPerPrompt: 2 };
    const skipped: string[] = [];
    const options = { ...small, ...sizes, flip: false, minutes: 1e-6, contestants: named("DPO", "TI-DPO", "IPO") };
    const { results } = await runDemo({ ...options, onSkip: (name) => skipped.push(name) });
    expect(results.rows.map(({ name }) => name)).toEqual(["reference", "DPO"]);
    expect(skipped).toEqual(["TI-DPO", "IPO"]);
    expect(remarksOn(results).at(-1)).toContain("TI-DPO; IPO");
  }, 60_000);

  it("train and test prompts are disjoint, and labels agree with the true reward more often than not", async () => {
    const [train, test] = [await readSamples("train"), await readSamples("test")];
    const seen = new Set(train.map(({ prompt }) => prompt));
    expect(test.filter(({ prompt }) => seen.has(prompt))).toEqual([]);
    const pairs = labelledPairs(train.slice(0, 200), { seed: 0, temperature: 0.1 });
    const rewardOf = (prompt: string, response: string) => score(`${prompt}${response}`).reward;
    const right = pairs.filter(({ prompt, chosen, rejected }) => rewardOf(prompt, chosen) > rewardOf(prompt, rejected));
    expect(right.length / pairs.length).toBeGreaterThan(0.8);
  });

  it("refuses unknown options and impossible values", () => {
    expect(() => parseArguments(["--stepz", "3"])).toThrow(/stepz/);
    expect(() => parseArguments(["--steps", "many"])).toThrow(/steps/);
    expect(() => parseArguments(["--backend", "gpu"])).toThrow(/backend/);
    expect(parseArguments(["--flip", "--seed", "3"])).toMatchObject({ flip: true, seed: 3 });
    expect(() => parseArguments(["--world", "adaptive"])).toThrow(/did you mean "additive"/u);
    expect(() => parseArguments(["--methods", "dpo,ti-dop"])).toThrow(/did you mean "ti-dpo"/u);
    expect(parseArguments(["--world", "delayed", "--proxy"])).toMatchObject({
      world: { name: "delayed-proxy" },
      minutes: 5,
    });
    const chosen = parseArguments(["--methods", "ipo, dpo"]);
    expect(chosen.contestants!.map(({ id }) => id)).toEqual(["ipo", "dpo"]);
    expect(chosen.minutes).toBeUndefined();
    expect(parseArguments(["--output", "here/r.json"]).report).toBe("here/report.html");
  });
});
