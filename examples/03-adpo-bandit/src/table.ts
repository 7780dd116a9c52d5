/** The study as Markdown. */
import { estimate } from "./interval.ts";
import type { Row } from "./study.ts";

/** What the others are compared with. */
const baseline = "pairwise, soft";

/** WinMass, mean ± half of its 95 % interval; the largest mean of a row is bold. */
export function renderTable(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]?.winMass ?? {});
  const lines = rows.map(({ corruption, severity, description, winMass }) => {
    const estimates = names.map((name) => estimate(winMass[name]!));
    const best = Math.max(...estimates.map(({ mean }) => mean));
    const cells = estimates.map(({ mean, half }) => {
      const text = `${mean.toFixed(3)} ± ${half.toFixed(3)}`;
      return mean === best ? `**${text}**` : text;
    });
    return [corruption, `${severity}: ${description}`, ...cells];
  });
  return markdown([["corruption", "severity", ...names], ...lines]);
}

/** Of each method's difference from the baseline, seed by seed: its mean over the rows, and in how many rows 0 is outside of its interval. */
export function renderDifferences(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]?.winMass ?? {}).filter((name) => name !== baseline);
  const lines = names.map((name) => {
    const differences = rows.map(({ winMass }) =>
      estimate(winMass[name]!.map((value, seed) => value - winMass[baseline]![seed]!)),
    );
    const mean = differences.reduce((sum, each) => sum + each.mean, 0) / differences.length;
    const count = (sign: number) => differences.filter((each) => sign * each.mean > each.half).length;
    return [name, `${mean >= 0 ? "+" : "−"}${Math.abs(mean).toFixed(3)}`, `${count(1)}`, `${count(-1)}`];
  });
  return markdown([[`beside ${baseline}`, "mean difference", "rows better", "rows worse"], ...lines]);
}

function markdown([header, ...lines]: readonly (readonly string[])[]): string {
  const all = [header!, header!.map(() => ""), ...lines];
  const widths = header!.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(" | ")} |`;
  return all.map((cells, at) => line(cells, at === 1 ? "-" : " ")).join("\n");
}
