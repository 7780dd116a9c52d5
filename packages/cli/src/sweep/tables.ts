/** A sweep's summary as tables. */
import type { ReportTable } from "@tokenwise/report";
import { aboveCeiling } from "@tokenwise/sweep";
import { number } from "../output/format.ts";
import type { BoundsSummary } from "./bounds.ts";
import { columnsOf, type Columns } from "./columns.ts";
import { pointText } from "./point-text.ts";
import type { ControlSummary, MethodSummary, Summary } from "./summarize.ts";
import type { RunsSummary, Worth } from "./worth.ts";

/** Methods at their chosen points; and controls, best of n and the same methods at equal FLOPs, where they were asked for. */
export function summaryTables(summary: Summary): readonly ReportTable[] {
  const { methods, controls, bounds } = summary;
  const columns = columnsOf(summary);
  return [
    chosenTable(summary, columns),
    ...(controls.length > 0 ? [controlsTable(controls, columns)] : []),
    ...(methods.some(({ equalFlops }) => equalFlops) ? [equalFlopsTable(summary, columns)] : []),
    ...(bounds ? [bestOfNTable(bounds)] : []),
  ];
}

const chosenOf = ({ points, chosen }: MethodSummary) => points[chosen ?? -1];

function chosenTable(summary: Summary, columns: Columns): ReportTable {
  const { prompts, methods } = summary;
  const width = columns.names.length + 2;
  const about =
    `reward and KL (nats) on ${prompts.test} prompts, points chosen by the reward of the same runs on ${prompts.validation} others; ` +
    "differences of the reward with 95 % intervals that hold together; FLOPs of a run's matrix products in this process";
  return {
    title: "At the chosen points",
    columns: ["method", "chosen", ...columns.names],
    rows: [
      ...methods.map((method) => {
        const point = chosenOf(method);
        if (!point?.test) return padded([method.name, "every point has a failed run"], width);
        return [method.name, pointText(point.point), ...columns.of(point, method.difference, method.name)];
      }),
      ["(reference)", "", ...columns.ofReference],
    ],
    caption: [about, ...uncounted(methods), ...warned(methods), ...impossible(summary)].join(". "),
  };
}

const controlsTable = (controls: readonly ControlSummary[], columns: Columns): ReportTable => ({
  title: "Controls",
  columns: ["control", "point", ...columns.names],
  rows: controls.map(({ name, point, difference, ...runs }) => {
    const row = [name, pointText(point), ...columns.of(runs, difference, name)];
    return runs.failed > 0 ? padded([name, failedText(runs)], row.length) : row;
  }),
  caption: "each at the point that is chosen for its method; their intervals hold together with each other",
});

const equalFlopsTable = ({ baseline, methods }: Summary, columns: Columns): ReportTable => ({
  title: `For as many FLOPs as ${baseline}`,
  columns: ["method", ...columns.names],
  rows: methods.flatMap(({ name, equalFlops }) => {
    if (!equalFlops) return [];
    const row = [name, ...columns.of(equalFlops, equalFlops.difference, name)];
    if (equalFlops.runs === 0) return [padded([name, "none: too much before its first step"], row.length)];
    return [equalFlops.failed > 0 ? padded([name, failedText(equalFlops)], row.length) : row];
  }),
  caption: `the same points, with as many steps as compute what the run of ${baseline} of the same seed and file does`,
});

const bestOfNTable = ({ samples, bestOfN }: BoundsSummary): ReportTable => ({
  title: "Best of n samples of the reference",
  columns: ["n", "reward", "95 % interval", "KL"],
  rows: bestOfN.map(({ n, reward: { mean, low, high }, klBound }) => [
    ...[String(n), number(mean), `[${number(low)}, ${number(high)}]`, `≤ ${number(klBound)}`],
  ]),
  caption: `from ${samples} samples for each prompt, as far as 200 effective ones carry; so is the ceiling, the largest reward that a policy of the same KL can have, π_ref·exp(r/β)`,
});

function uncounted(methods: readonly MethodSummary[]): readonly string[] {
  const named = methods.flatMap((method) => {
    const missing = chosenOf(method)?.training?.uncounted ?? [];
    return missing.length > 0 ? [`${method.name}: ${missing.join(", ")}`] : [];
  });
  return named.length > 0 ? [`≥: not counted is, for ${named.join("; for ")}`] : [];
}

const warned = (methods: readonly MethodSummary[]): readonly string[] =>
  methods.flatMap((method) =>
    (chosenOf(method)?.training?.warnings ?? []).map((warning) => `Warning of ${method.name}: ${warning}`),
  );

/** What is measured cannot be so. */
function impossible({ methods, controls }: Summary): readonly string[] {
  const runs: readonly { readonly name: string; readonly test?: Worth }[] = [
    ...methods.flatMap(({ name, points, equalFlops = {} }) => [...points, equalFlops].map((one) => ({ name, ...one }))),
    ...controls,
  ];
  const rows = runs.flatMap(({ name, test }) =>
    test?.ceiling ? [{ name, reward: test.reward, ceiling: test.ceiling }] : [],
  );
  const above = new Set(aboveCeiling(rows, { flip: false }).map(({ name }) => name));
  if (above.size === 0) return [];
  return [
    `Above the ceiling: ${[...above].join(", ")}. No policy can be: the reward is no function of prompt and completion alone, or the prompts are too few`,
  ];
}

const failedText = ({ runs, failed }: RunsSummary): string => `${failed} of ${runs} runs failed`;

const padded = (row: readonly string[], length: number): readonly string[] => [
  ...row,
  ...Array<string>(Math.max(0, length - row.length)).fill(""),
];
