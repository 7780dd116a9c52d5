/** The demonstration as a page: curves, reward against KL, tokens, samples. */
import {
  environment,
  measuredStep,
  renderReport,
  type Report,
  type ReportRun,
  type SampleSet,
} from "@tokenwise/report";
import type { Interval } from "@tokenwise/sweep";
import type { Samples } from "../world/evaluate.ts";
import type { Demo, DemoResults } from "./run-demo.ts";
import { remarksOn } from "./table.ts";

/** Prompts whose samples are shown; one sample of each. */
const shownSamples = 8;

/** One HTML document. @throws TW_E_REPORT_NOT_BUILT */
export const demoPage = (demo: Demo, command: string): string => renderReport(reportOf(demo, command));

export function reportOf({ results, before, traces }: Demo, command: string): Report {
  const { backend, pairs, settings } = results;
  const runs = traces.map(({ name, method, history, samples }): ReportRun => {
    return {
      name,
      configuration: { model: "reference", pairs, method, ...settings },
      environment: environment({ backend, command }),
      steps: history.map(measuredStep),
      evaluations: [],
      samples: [sampleSet(0, before), sampleSet(history.length, samples)],
      warnings: [],
    };
  });
  const shown = traces.filter(({ tokens }) => tokens.length > 0).map(({ name, tokens }) => ({ name, groups: tokens }));
  return {
    title: "Film reviews: what methods of preference optimization make of one reference",
    notes: notes(results),
    runs,
    comparison: comparison(results),
    tokens: { methods: shown },
  };
}

/** What was learned from. */
export function aboutPairs({ pairs, world, options: { flip } }: DemoResults): string {
  const by = world.endsWith("-proxy") ? "half of the truth, and measured by all of it" : "the true reward";
  return `World ${world}: ${pairs} pairs from the reference's own samples, labelled by ${by}${flip ? ", its sign turned" : ""}`;
}

function notes(results: DemoResults): readonly string[] {
  const { seed, dataSeed, steps, batchSize, testPrompts, samplesPerPrompt } = results.options;
  return [
    `${aboutPairs(results)}. Every run: ${steps} steps of ${batchSize} pairs, seed ${seed}, data seed ${dataSeed}, backend ${results.backend}.`,
    `Measured on ${testPrompts} held-out prompts with ${samplesPerPrompt} samples each; intervals are 95 % t intervals over prompts. One seed is a demonstration, not evidence.`,
    ...remarksOn(results),
  ];
}

const sampleSet = (step: number, samples: readonly Samples[]): SampleSet => ({
  step,
  samples: samples.slice(0, shownSamples).map(({ prompt, completions }) => ({ prompt, response: completions[0]! })),
});

const valueOf = ({ mean, low, high }: Interval) => ({ value: mean, low, high });

function comparison({ rows, bestOfN, ceiling, options: { flip } }: DemoResults): NonNullable<Report["comparison"]> {
  const best = flip ? "worst" : "best";
  return {
    reward: "true reward",
    series: [
      ...rows.map(({ name, kind, kl, reward }) => ({
        ...{ name, kind },
        points: [{ kl: valueOf(kl), reward: valueOf(reward) }],
      })),
      ...(bestOfN.length > 0
        ? [
            {
              name: `${best} of n`,
              kind: "best-of-n" as const,
              joined: true,
              points: bestOfN.map(({ n, klBound, reward }) => ({
                label: `${best} of ${n}`,
                kl: { value: klBound },
                reward: valueOf(reward),
              })),
            },
          ]
        : []),
    ],
    ceiling: ceiling.map(({ kl, reward, halfWidth }) => ({
      ...{ kl, reward },
      low: reward - halfWidth,
      high: reward + halfWidth,
    })),
    caption:
      `The ${flip ? "floor" : "ceiling"} is the ${flip ? "smallest" : "largest"} true reward that any policy of the same KL can have, from ` +
      "samples of the reference; it ends where they no longer carry. The KL of the best of n samples is a bound, log n − (n − 1)/n.",
  };
}
