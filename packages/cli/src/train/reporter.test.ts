import type { TrainEvent } from "@tokenwise/core";
import { describe, expect, it } from "vitest";
import type { Io } from "../io.ts";
import { exitCodes } from "../exit-codes.ts";
import { interruptible } from "./interruptible.ts";
import { pace } from "./pace.ts";
import { reporterFor } from "./reporter.ts";

function capture(isTTY: boolean) {
  const written: string[] = [];
  const listeners: (() => void)[] = [];
  const exits: number[] = [];
  const output = { isTTY, columns: 160, write: (text: string) => written.push(text) };
  const io: Io = {
    stdout: output,
    stderr: output,
    onInterrupt: (listener) => {
      listeners.push(listener);
      return () => listeners.splice(listeners.indexOf(listener), 1);
    },
    exit: (code) => exits.push(code),
  };
  return { io, written, listeners, exits };
}

const droppedFile = "out/dropped.jsonl";
const start: Extract<TrainEvent, { type: "start" }> = {
  ...{ type: "start", backend: "cpu", examples: 64, unit: "pairs", steps: 10, resumedAt: 0 },
  ...{ reference: "live", parameters: 20 },
};
const step: TrainEvent = {
  ...{ type: "step", step: 5, steps: 10, epoch: 0, seconds: 2, examples: 4 },
  metrics: { loss: 0.5, "rewards/accuracies": 0.75 },
};
const dropped = Array.from({ length: 14 }, (_, line) => ({
  file: "d",
  line,
  code: "TW_E_EMPTY_RESPONSE",
  reason: "bad",
}));
const data: TrainEvent = { type: "data", file: "d", report: { read: 20, kept: 6, truncated: 1, dropped } };

describe("progress", () => {
  it("is a bar on a terminal, with speed, time left, loss and accuracy, and gives the line back", () => {
    const { io, written } = capture(true);
    const reporter = reporterFor(io, false, droppedFile);
    reporter.event({ type: "reference", done: 1, total: 2 });
    reporter.event(step);
    reporter.event({ type: "checkpoint", step: 5, folder: "out/checkpoint-5" });
    reporter.close();
    const text = written.join("");
    expect(text).toMatch(/step 5\/10 .*loss 0\.5 {2}accuracy 0\.75 {2}2 pairs\/s {2}10 s left/);
    expect(text).toContain("checkpoint: out/checkpoint-5\n");
    expect(text.lastIndexOf("\u001B[?25h")).toBeGreaterThan(text.lastIndexOf("\u001B[?25l"));
  });

  it("is lines elsewhere; of many dropped rows the first are shown, with where the others are", () => {
    const { io, written } = capture(false);
    const reporter = reporterFor(io, false, droppedFile);
    [data, step].forEach(reporter.event);
    const lines = written.join("").trimEnd().split("\n");
    expect(lines[0]).toBe("d: 6 of 20 rows, 1 shortened, 14 dropped");
    expect(lines).toHaveLength(13);
    expect(lines[11]).toBe("  … and 4 more, all in out/dropped.jsonl");
    expect(lines[12]).toBe("step 5/10  loss 0.5  accuracy 0.75  2 pairs/s  10 s left");
  });

  it("says what a run trains on, and of the samples of a source their reward in place of what is 0 at any time", () => {
    const told = (more: Partial<typeof start>): readonly string[] => {
      const { io, written } = capture(false);
      const reporter = reporterFor(io, false, droppedFile);
      reporter.event({ ...start, ...more });
      const metrics = { loss: 1.25, "rewards/accuracies": 0, "rewards/margins": 0.5 };
      const ofSource = more.unit === "prompts" ? { reward: 0.75, frac_reward_zero_std: 0.25 } : {};
      reporter.event({ ...step, metrics: { ...metrics, ...ofSource } });
      return written.join("").trimEnd().split("\n");
    };
    expect(told({ unit: "groups" })).toEqual([
      "10 steps over 64 groups on cpu; 20 parameters, reference live",
      "step 5/10  loss 1.25  accuracy 0  margin 0.5  2 groups/s  10 s left",
    ]);
    expect(told({ unit: "prompts", reference: "sampled" })).toEqual([
      "10 steps over 64 prompts on cpu; 20 parameters, reference sampled",
      "step 5/10  loss 1.25  reward 0.75  equal rewards 0.25  2 prompts/s  10 s left",
    ]);
    expect(told({ unit: "prompts" })[1]).toContain("equal rewards 0.25  accuracy 0  margin 0.5  2 prompts/s");
  });

  it("is JSON lines where asked for, dropped rows counted", () => {
    const { io, written } = capture(true);
    const reporter = reporterFor(io, true, droppedFile);
    [data, step].forEach(reporter.event);
    const events = written
      .join("")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toMatchObject([
      { type: "data", report: { kept: 6, dropped: 14 } },
      { type: "step", step: 5 },
    ]);
  });

  it("forgets a slow start", () => {
    const speed = pace();
    const at = (index: number, seconds: number) => speed({ step: index, steps: 100, seconds, examples: 8 });
    expect(at(1, 60)).toEqual({ rate: 8 / 60, left: 99 * 60 });
    const later = Array.from({ length: 20 }, (_, index) => at(index + 2, 1)).at(-1);
    expect(later).toEqual({ rate: 8, left: 79 });
  });
});

describe("Ctrl-C", () => {
  it("asks the run to stop, then stops the process, then is given back", () => {
    const { io, listeners, exits } = capture(false);
    let told = 0;
    const { signal, release } = interruptible(io, () => told++);
    listeners[0]?.();
    expect([signal.aborted, told, exits]).toEqual([true, 1, []]);
    listeners[0]?.();
    expect([told, exits]).toEqual([1, [exitCodes.interrupted]]);
    release();
    expect(listeners).toEqual([]);
  });
});
