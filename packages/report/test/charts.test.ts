import { describe, expect, it } from "vitest";
import { furtherCharts, standardCharts } from "../page/curves/charts.ts";
import { exampleRun } from "./example.ts";

describe("the charts of a run", () => {
  const run = exampleRun("on-policy", 0, 4);
  const sampled = { reward: 0.5, reward_std: 0.1, frac_reward_zero_std: 0.25 };
  const steps = run.steps.map(({ step, metrics }) => ({ step, metrics: { ...metrics, ...sampled } }));

  it("begin with what a source's groups were worth, after the loss, where there is a source", () => {
    const titles = standardCharts([{ ...run, steps }]).map(({ title }) => title);
    expect(titles.slice(0, 4)).toEqual(["Loss", "Reward of the samples", "Equal rewards", "Accuracy"]);
    expect(standardCharts([run]).map(({ title }) => title)).toEqual(
      titles.filter((_, index) => ![1, 2].includes(index)),
    );
  });

  it("have one for every other metric", () => {
    expect(furtherCharts([{ ...run, steps }]).map(({ title }) => title)).toContain("reward_std");
  });
});
