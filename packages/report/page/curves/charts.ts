/** Which metrics are drawn together, in which order. */
import type { ReportRun } from "../../src/report.ts";

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** A sentence: what it shows. */
  readonly about: string;
  /** The first is drawn as a full line, the second dashed. */
  readonly metrics: readonly { readonly key: string; readonly label: string }[];
  /** Marks of gradient norms. */
  readonly marks?: true;
  /** Bounds that are always shown. */
  readonly domain?: readonly [number, number];
}

const standard: readonly ChartSpec[] = [
  { id: "loss", title: "Loss", about: "Mean over the step.", metrics: [{ key: "loss", label: "loss" }] },
  {
    id: "sampled-reward",
    title: "Reward of the samples",
    about: "Mean over the candidates that the method's source made in the step.",
    metrics: [{ key: "reward", label: "reward" }],
  },
  {
    id: "equal-rewards",
    title: "Equal rewards",
    about: "Share of the step's groups whose rewards are all equal: they say nothing of what is better.",
    metrics: [{ key: "frac_reward_zero_std", label: "share" }],
    domain: [0, 1],
  },
  {
    id: "accuracy",
    title: "Accuracy",
    about: "Share of pairs whose chosen response has the larger reward.",
    metrics: [{ key: "rewards/accuracies", label: "accuracy" }],
    domain: [0, 1],
  },
  {
    id: "margins",
    title: "Reward margin",
    about: "Reward of the chosen minus that of the rejected response; rewards are β s.",
    metrics: [{ key: "rewards/margins", label: "margin" }],
  },
  {
    id: "rewards",
    title: "Rewards",
    about: "β s of the chosen and the rejected responses.",
    metrics: [
      { key: "rewards/chosen", label: "chosen" },
      { key: "rewards/rejected", label: "rejected" },
    ],
  },
  {
    id: "logps",
    title: "Log-probabilities",
    about: "log π of whole responses, in nats.",
    metrics: [
      { key: "logps/chosen", label: "chosen" },
      { key: "logps/rejected", label: "rejected" },
    ],
  },
  { id: "beta", title: "β", about: "Strength of the KL penalty.", metrics: [{ key: "beta", label: "β" }] },
  {
    id: "learning-rate",
    title: "Learning rate",
    about: "After warm-up and schedule.",
    metrics: [{ key: "learning_rate", label: "learning rate" }],
  },
  {
    id: "gradient-norm",
    title: "Gradient norm",
    about: "Before clipping. Ticks: clipped steps. Triangles: far above the median of the steps before.",
    metrics: [{ key: "grad_norm", label: "norm" }],
    marks: true,
  },
];

const standardKeys = new Set(standard.flatMap(({ metrics }) => metrics.map(({ key }) => key)));

const keysOf = (runs: readonly ReportRun[]): ReadonlySet<string> =>
  new Set(
    runs.flatMap(({ steps, evaluations }) =>
      // A part may log a metric in some steps only: a few steps say enough.
      [...steps.slice(0, 50), ...steps.slice(-50), ...evaluations].flatMap(({ metrics }) => Object.keys(metrics)),
    ),
  );

export function standardCharts(runs: readonly ReportRun[]): readonly ChartSpec[] {
  const keys = keysOf(runs);
  return standard
    .map((spec) => ({ ...spec, metrics: spec.metrics.filter(({ key }) => keys.has(key)) }))
    .filter(({ metrics }) => metrics.length > 0);
}

/** Everything else that was logged, one chart each. */
export const furtherCharts = (runs: readonly ReportRun[]): readonly ChartSpec[] =>
  [...keysOf(runs)]
    .filter((key) => !standardKeys.has(key))
    .sort((a, b) => a.localeCompare(b))
    .map((key) => ({
      id: `more-${key}`,
      title: key,
      about: abouts[key] ?? "",
      metrics: [{ key, label: key.split("/").at(-1) ?? key }],
    }));

const abouts: Readonly<Record<string, string>> = {
  num_tokens: "Tokens of all steps taken.",
  seconds: "Time of a step.",
  "grad_norm/parts": "Gradient norm of what parts train.",
};
