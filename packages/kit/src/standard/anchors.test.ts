import { describe, expect, it } from "vitest";
import { tf } from "../tensorflow.ts";
import { copyEvery, copyOnDrift, movingAverage } from "./anchors.ts";

const statistics = (mean: number) => ({ mean, standardDeviation: 0, count: 1 });

describe("anchors", () => {
  it("a moving average keeps its share in every step", () => {
    expect(movingAverage({ keep: 0.9 }).keep(null)).toBe(0.9);
    expect(movingAverage().keep(null)).toBe(0.99);
  });

  it("a copy is taken every so many steps", () => {
    const policy = copyEvery({ steps: 3 });
    const kept = [1, 2, 3, 4, 5, 6].map((step) => policy.keep(policy.state!.update(0, { step, signal: {} })));
    expect(kept).toEqual([1, 1, 0, 1, 1, 0]);
  });

  it("a copy on drift waits for a full window, and counts anew after it", () => {
    const policy = copyOnDrift({ threshold: 0.1, window: 2 });
    let state = policy.state!.init();
    const kept = [0.5, 0.05, 0.3, 0.01, 0.1, 0.2].map((mean, step) => {
      state = policy.state!.update(state, { step, signal: { drift: statistics(mean) } });
      return policy.keep(state);
    });
    // (.5 + .05)/2 copies; (.3 + .01)/2 copies; .1 and .2 copy.
    expect(kept).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it("drift is the mean |log-ratio| of the candidates that exist", () => {
    const view = {
      batch: { candidateMask: tf.tensor2d([[1, 1, 0], [1, 1, 1]]) }, // prettier-ignore
      read: { ratio: tf.tensor2d([[1, -2, 7], [0, 3, -3]]) }, // prettier-ignore
    };
    const { drift } = copyOnDrift().observe!(view as never);
    expect([...drift!.dataSync()]).toEqual([1.5, 2]);
  });
});
