import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { addon } from "./addon.ts";
import "./index.ts";

beforeAll(async () => {
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
});

describe("the engine", () => {
  it("runs the operations that it inherits", () => {
    expect([...tf.tidy(() => tf.cumsum(tf.tensor1d([1, 2, 3])).dataSync())]).toEqual([1, 3, 6]);
  });

  it("names the instruction set in use among those of the processor", () => {
    expect(addon().instructionSets().split(" ")).toContain(addon().instructionSet());
    expect(addon().dispatchMessage()).toBe("");
  });

  it("computes a triad of any length on all threads", () => {
    for (const length of [0, 1, 15, 17, 100_003]) {
      const a = Float32Array.from({ length }, (_, i) => i);
      const b = Float32Array.from({ length }, (_, i) => 1 - i);
      const out = new Float32Array(length);
      addon().peakTriad(a, b, 2, out);
      expect(out.every((value, i) => value === 2 - i)).toBe(true);
    }
  });

  it("refuses wrong arguments with a code", () => {
    const numbers = new Float32Array(8);
    const wrong = [
      () => addon().peakTriad(numbers, new Float32Array(7), 1, new Float32Array(8)),
      () => addon().peakTriad(numbers, numbers, 1, numbers.subarray(0, 4)),
      () => addon().peakTriad(new Float64Array(8) as never, numbers, 1, new Float32Array(8)),
      () => addon().setThreadCount(0),
      () => addon().setThreadCount(1.5),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
