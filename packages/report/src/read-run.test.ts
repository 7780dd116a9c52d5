import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { environment, readRun, readRuns, renderReport } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-read-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A run's folder with these files. */
function leave(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}
const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

const record = {
  tokenwise: "0.1.0",
  command: "tokenwise train",
  configuration: { seed: 3 },
  environment: environment({ backend: "cpu" }),
  state: "interrupted",
};
const step = { type: "step", step: 1, steps: 9, epoch: 0, metrics: { loss: 0.7 }, seconds: 2, examples: 4 };

describe("reading a run", () => {
  it("takes in everything that a run leaves", () => {
    const sets = [{ type: "samples", step: 0, samples: [{ prompt: "a", response: "b" }] }];
    const path = leave("whole", {
      "run.json": JSON.stringify(record),
      "metrics.jsonl": lines({ type: "evaluate", step: 0, metrics: { loss: 0.8 } }, step),
      "samples.jsonl": lines(...sets),
      "dropped.jsonl": lines({ file: "x", line: 2, code: "TW_E_ROW_JSON", reason: "bad" }),
      "warnings.jsonl": lines({ type: "warning", step: 3, part: "masks", message: "all are 0" }),
    });
    expect(readRun(path)).toEqual({
      name: "whole",
      configuration: { seed: 3 },
      environment: { tokenwise: "0.1.0", ...record.environment, command: "tokenwise train" },
      steps: [{ step: 1, metrics: { loss: 0.7, seconds: 2 } }],
      evaluations: [{ step: 0, metrics: { loss: 0.8 } }],
      samples: sets,
      dropped: [{ file: "x", line: 2, code: "TW_E_ROW_JSON", reason: "bad" }],
      warnings: ["After step 3, masks: all are 0."],
      state: "interrupted",
    });
  });

  it("does not mind half a line at the end, and says why a run failed", () => {
    const failed = { ...record, state: "failed", problem: "no memory" };
    const path = leave("killed", { "run.json": JSON.stringify(failed), "metrics.jsonl": `${lines(step)}{"type":"st` });
    expect(readRun(path)).toMatchObject({ steps: [{ step: 1 }], warnings: ["The run failed: no memory"] });
  });

  it("refuses a folder without a run, and names the line that is damaged", () => {
    expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: "TW_E_NOT_A_RUN" }) as Error);
    const path = leave("damaged", { "run.json": JSON.stringify(record), "metrics.jsonl": `${lines(step)}[]\n` });
    expect(() => readRun(path)).toThrow(/damaged\/metrics.jsonl:2: not a JSON object/);
  });

  it("names runs as shortly as tells them apart; a report refuses one name twice", () => {
    const [a, b] = ["a/dpo", "b/dpo"].map((name) => leave(name, { "run.json": JSON.stringify(record) })) as [
      string,
      string,
    ];
    expect(readRuns([a, leave("c/tis", { "run.json": "{}" })]).map(({ name }) => name)).toEqual(["dpo", "tis"]);
    expect(readRuns([a, b]).map(({ name }) => name)).toEqual([a, b]);
    expect(() => renderReport({ title: "twice", runs: readRuns([a, a]) })).toThrow(
      expect.objectContaining({ code: "TW_E_REPORT_NAMES" }) as Error,
    );
  });
});

describe("a page", () => {
  it("allows no script but its own, by its hash, and nothing to be loaded", () => {
    const page = renderReport({ title: "<b>", runs: [] });
    expect(page).toMatch(
      /content="default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'unsafe-inline'; img-src data:; base-uri/,
    );
    expect(page).toContain("<title>&lt;b&gt;</title>");
  });
});
