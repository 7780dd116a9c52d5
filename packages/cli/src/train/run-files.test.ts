import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import { afterAll, describe, expect, it } from "vitest";
import { runFiles } from "./run-files.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

const start = (resumedAt: number): TrainEvent => ({
  ...{ type: "start", backend: "cpu", examples: 1, steps: 9, resumedAt, reference: "unused", parameters: 1 },
});
const step = (at: number): TrainEvent => ({
  ...{ type: "step", step: at, steps: 9, epoch: 0, metrics: { loss: at }, seconds: 1, examples: 1 },
});
const metrics = (): string => readFileSync(join(folder, "metrics.jsonl"), "utf8");
const steps = (): number[] =>
  metrics()
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { step: number }).step);

describe("the files of a run", () => {
  it("hold every step once, although a killed run wrote more than its last checkpoint, and half a line", () => {
    const first = runFiles(folder, {});
    [start(0), step(1), step(2), step(3)].forEach(first.event);
    writeFileSync(join(folder, "metrics.jsonl"), `${metrics()}{"type":"st`);
    const second = runFiles(folder, {});
    [start(2), step(3), step(4)].forEach(second.event);
    expect(steps()).toEqual([1, 2, 3, 4]);
  });

  it("begin anew with a run that begins anew", () => {
    [start(0), step(1)].forEach(runFiles(folder, { seed: 3 }).event);
    expect(steps()).toEqual([1]);
    expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toEqual({ seed: 3 });
  });

  it("are not touched before the run starts", () => {
    const dropped = [{ file: "x", line: 1, code: "TW_E_EMPTY_RESPONSE", reason: "bad" }];
    const report = { read: 2, kept: 1, truncated: 0, dropped };
    const files = runFiles(join(folder, "new"), {});
    files.event({ type: "data", file: "x", report });
    expect(() => readFileSync(join(folder, "new", "run.json"))).toThrow();
    files.event(start(0));
    expect(JSON.parse(readFileSync(join(folder, "new", "dropped.jsonl"), "utf8"))).toEqual(dropped[0]);
  });
});
