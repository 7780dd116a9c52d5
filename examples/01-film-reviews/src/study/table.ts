/** A study's findings as tables in Markdown. */
import { contestantNamed } from "../contestants/contestants.ts";
import type { Interval } from "@tokenwise/sweep";
import { strengths } from "./plan.ts";
import { verdictOf, type Verdict } from "./verdict.ts";
import type { ComparedRow, FrontierPoint, WorldSummary } from "./summary.ts";

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
const within = ({ low, high }: Pick<Interval, "low" | "high">): string => `[${signed(low)}, ${signed(high)}]`;

const words: Record<Verdict, string> = { better: "better", worse: "worse", open: "no difference shown" };

const differenceOf = ({ difference }: Partial<ComparedRow>): string =>
  difference ? `${signed(difference.mean)} ${within(difference)}` : "";

/** Bold where it is shown that there is one. */
const emphasized = (row: Partial<ComparedRow>): string => {
  const text = differenceOf(row);
  return row.difference && verdictOf(row.difference) !== "open" ? `**${text}**` : text;
};

const named = ({ kind, name }: Pick<ComparedRow, "kind" | "name">): string => (kind === "control" ? `_${name}_` : name);

/** A row for each contestant. */
export function comparisonTable({ equalSteps, equalCompute }: WorldSummary): string {
  const byCompute = new Map(equalCompute.map((row) => [row.id, row]));
  const titles = ["contestant", "strength", "true reward", "KL", "accuracy", "less DPO, equal steps", "verdict"];
  if (equalCompute.length > 0) titles.push("steps at equal compute", "less DPO, equal compute");
  const rows = equalSteps.map((row) => {
    const equal = byCompute.get(row.id);
    const cells = [
      named(row),
      `${row.strength} ×`,
      signed(row.reward.mean),
      row.kl.mean.toFixed(2),
      row.accuracy.toFixed(3),
      differenceOf(row),
      row.difference ? words[verdictOf(row.difference)] : "",
    ];
    if (equalCompute.length > 0) cells.push(equal ? String(equal.steps) : "", equal ? differenceOf(equal) : "");
    return cells;
  });
  return markdown(titles, rows);
}

/** Differences from DPO in each world: a row for each contestant. */
export function overviewTable(summaries: readonly WorldSummary[]): string {
  const titles = summaries.flatMap(({ world }) => [`${world}: equal steps`, "equal compute"]);
  const rows = summaries[0]!.equalSteps
    .filter(({ difference }) => difference)
    .map(({ id }) => {
      const found = summaries.flatMap(({ equalSteps, equalCompute }) =>
        [equalSteps, equalCompute].map((compared) => compared.find((row) => row.id === id)),
      );
      return [named(found[0]!), ...found.map((row) => emphasized(row ?? {}))];
    });
  return markdown(["contestant", ...titles], rows);
}

/** True reward and, in brackets, KL at each strength: a row for each method. */
export function frontierTable({ frontier }: WorldSummary): string {
  const rows = [...new Set(frontier.map(({ id }) => id))].map((id) => {
    const points = strengths.map((strength) =>
      frontier.find((point) => point.id === id && point.strength === strength),
    );
    const cells = points.map((point) => point && `${signed(point.reward.mean)} (${point.kl.mean.toFixed(2)})`);
    return [contestantNamed(id).name, ...cells.map((cell) => cell ?? "")];
  });
  return markdown(["method", ...strengths.map((strength) => `${strength} ×`)], rows);
}

/** What labels see and what is true, the more is optimized. */
export function proxyTable({ proxy }: WorldSummary): string {
  const rows = proxy.map(({ id, strength, steps, kl, labelReward, reward }: FrontierPoint) => [
    contestantNamed(id).name,
    `${strength} ×`,
    String(steps),
    kl.mean.toFixed(2),
    `${signed(labelReward.mean)} ${within(labelReward)}`,
    `${signed(reward.mean)} ${within(reward)}`,
  ]);
  return markdown(["contestant", "strength", "steps", "KL", "what labels see", "true reward"], rows);
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
