/** A sweep's summary as tables. */
import type { ReportTable } from "@tokenwise/report";
import { number } from "../output/format.ts";
import type { Difference } from "./differences.ts";
import { pointText } from "./point-text.ts";
import type { MethodSummary, Summary } from "./summarize.ts";
import type { RunsSummary, Training } from "./worth.ts";

/** Methods at their chosen points, and the same at equal FLOPs, where that was asked for. */
export function summaryTables(summary: Summary): readonly ReportTable[] {
  const { baseline, prompts, reference, methods } = summary;
  const columns = columnsOf(summary);
  const about =
    `reward and KL (nats) on ${prompts.test} prompts, points chosen by the reward on ${prompts.validation} others; ` +
    "differences of the reward with 95 % intervals that hold together; FLOPs of a run's matrix products in this process";
  const equal = methods.flatMap((method) => (method.equalFlops ? [{ ...method, equalFlops: method.equalFlops }] : []));
  const ofReference = ["(reference)", "", "", number(reference.reward.mean), "0"];
  return [
    {
      title: "At the chosen points",
      columns: ["method", "chosen", ...columns.names],
      rows: [
        ...methods.map((method) => {
          const point = method.chosen === undefined ? undefined : method.points[method.chosen];
          if (!point?.test) return padded([method.name, "every point has a failed run"], columns.names.length + 2);
          return [method.name, pointText(point.point), ...columns.of(point, method.difference, method)];
        }),
        padded(ofReference, columns.names.length + 2),
      ],
      caption: [about, ...uncounted(methods.map((method) => [method, method.points[method.chosen ?? -1]]))].join(". "),
    },
    ...(equal.length === 0
      ? []
      : [
          {
            title: `For as many FLOPs as ${baseline}`,
            columns: ["method", ...columns.names],
            rows: equal.map((method) => {
              const row = [method.name, ...columns.of(method.equalFlops, method.equalFlops.difference, method)];
              const { runs, failed } = method.equalFlops;
              if (runs === 0) return padded([method.name, "none: too much before its first step"], row.length);
              return failed > 0 ? padded([method.name, `${failed} of ${runs} runs failed`], row.length) : row;
            }),
            caption: `the same points, with as many steps as compute what the run of ${baseline} of the same seed and file does`,
          },
        ]),
  ];
}

interface Columns {
  readonly names: readonly string[];
  readonly of: (runs: RunsSummary, difference: Difference | undefined, method: MethodSummary) => readonly string[];
}

/** Accuracies where there are held-out pairs. */
function columnsOf({ baseline, methods }: Summary): Columns {
  const hasAccuracy = methods.some(({ points }) => points.some(({ test }) => test?.accuracy !== undefined));
  const ofBaseline = methods.find(({ name }) => name === baseline);
  const budget = ofBaseline?.points[ofBaseline.chosen ?? -1]?.training;
  return {
    names: ["steps", "reward", "KL", ...(hasAccuracy ? ["accuracy"] : []), "FLOPs", `from ${baseline}`],
    of: ({ test, training }, difference, { name }) => [
      training ? number(training.steps) : "",
      test ? number(test.reward.mean) : "",
      test ? number(test.kl.mean) : "",
      ...(hasAccuracy ? [test?.accuracy === undefined ? "" : number(test.accuracy)] : []),
      training ? flopsText(training, budget) : "",
      differenceText(difference, name === baseline),
    ],
  };
}

/** `≥ 2.4e+9, 1.52 ×` */
function flopsText({ flops, uncounted }: Training, budget: Training | undefined): string {
  const least = uncounted.length > 0 ? "≥ " : "";
  const ratio = budget === undefined ? "" : `, ${(flops.total / budget.flops.total).toFixed(2)} ×`;
  return `${least}${number(flops.total)}${ratio}`;
}

function differenceText(difference: Difference | undefined, isBaseline: boolean): string {
  if (!difference) return isBaseline ? "" : "unknown";
  const { mean, low, high } = difference.simultaneous;
  return `${number(mean)} [${number(low)}, ${number(high)}]`;
}

function uncounted(methods: readonly (readonly [MethodSummary, RunsSummary | undefined])[]): readonly string[] {
  const named = methods.flatMap(([{ name }, runs]) => {
    const missing = runs?.training?.uncounted ?? [];
    return missing.length > 0 ? [`${name}: ${missing.join(", ")}`] : [];
  });
  return named.length > 0 ? [`≥: not counted is, for ${named.join("; for ")}`] : [];
}

const padded = (row: readonly string[], length: number): readonly string[] => [
  ...row,
  ...Array<string>(Math.max(0, length - row.length)).fill(""),
];
