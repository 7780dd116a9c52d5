import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import { afterAll, describe, expect, it } from "vitest";
import { runFiles } from "./run-files.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

const start = (resumedAt: number): TrainEvent => ({
  ...{ type: "start", backend: "cpu", examples: 1, unit: "pairs", steps: 9 },
  ...{ resumedAt, reference: "unused", parameters: 1 },
});
const step = (at: number): TrainEvent => ({
  ...{ type: "step", step: at, steps: 9, epoch: 0, metrics: { loss: at }, seconds: 1, examples: 1 },
});
const record = { tokenwise: "0", command: "tokenwise train", configuration: {}, seed: 3 };
const samples = (at: number): TrainEvent => ({ type: "samples", step: at, samples: [{ prompt: "a", response: "b" }] });
const metrics = (): string => readFileSync(join(folder, "metrics.jsonl"), "utf8");
const steps = (): number[] =>
  metrics()
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { step: number }).step);

describe("the files of a run", () => {
  it("hold every step once, although a killed run wrote more than its last checkpoint, and half a line", () => {
    const first = runFiles(folder, record);
    [start(0), step(1), step(2), step(3)].forEach(first.event);
    writeFileSync(join(folder, "metrics.jsonl"), `${metrics()}{"type":"st`);
    const second = runFiles(folder, record);
    [start(2), step(3), step(4)].forEach(second.event);
    expect(steps()).toEqual([1, 2, 3, 4]);
  });

  it("begin anew with a run that begins anew", () => {
    [start(0), step(1)].forEach(runFiles(folder, record).event);
    expect(steps()).toEqual([1]);
  });

  it("say what ran where, and how it ended", () => {
    const files = runFiles(folder, record);
    const run = (): unknown => JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
    files.event(start(0));
    const { tokenwise, command, configuration, seed } = record;
    expect(run()).toMatchObject({ tokenwise, command, configuration, state: "running" });
    expect(run()).toMatchObject({ environment: { seed, backend: "cpu", node: process.version } });
    files.end("failed", "no more memory");
    expect(run()).toMatchObject({ state: "failed", problem: "no more memory" });
  });

  it("hold samples once, although the run that made them again had not reached its checkpoint", () => {
    const file = join(folder, "samples.jsonl");
    const first = runFiles(folder, record);
    [start(0), samples(0), samples(2)].forEach(first.event);
    const second = runFiles(folder, record);
    [start(1), samples(2)].forEach(second.event);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
    [start(0)].forEach(runFiles(folder, record).event);
    expect(existsSync(file)).toBe(false);
  });

  it("are not touched before the run starts", () => {
    const dropped = [{ file: "x", line: 1, code: "TW_E_EMPTY_RESPONSE", reason: "bad" }];
    const report = { read: 2, kept: 1, truncated: 0, dropped };
    const files = runFiles(join(folder, "new"), record);
    files.event({ type: "data", file: "x", report });
    expect(() => readFileSync(join(folder, "new", "run.json"))).toThrow();
    files.event(start(0));
    expect(JSON.parse(readFileSync(join(folder, "new", "dropped.jsonl"), "utf8"))).toEqual(dropped[0]);
  });
});
