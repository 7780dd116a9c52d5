/** A study as a page: reward against KL in each world. */
import { renderReport, type Report } from "@tokenwise/report";
import { contestantNamed } from "../contestants/contestants.ts";
import type { Bounds } from "../demo/bounds.ts";
import type { Interval } from "@tokenwise/sweep";
import type { FrontierPoint, WorldSummary } from "./summary.ts";

const valueOf = ({ mean, low, high }: Interval) => ({ value: mean, low, high });

/** One HTML document for a world. @throws TW_E_REPORT_NOT_BUILT */
export function studyPage(summary: WorldSummary, { bestOfN, points }: Pick<Bounds, "bestOfN" | "points">): string {
  const report: Report = {
    title: `Film reviews, world ${summary.world}: reward against KL`,
    notes: [
      summary.frontier.length > 0
        ? `Points of a method, joined: its strengths, means over draws of data with 95 % t intervals over them. Controls stand at the strength chosen in tuning: means of ${summary.runs} runs.`
        : `Each at the strength chosen in tuning: means of ${summary.runs} runs with 95 % t intervals over them.`,
    ],
    runs: [],
    comparison: {
      reward: "true reward",
      series: [
        ...(summary.frontier.length > 0
          ? [...lines(summary.frontier), ...chosenOnly(summary).filter(({ kind }) => kind === "control")]
          : chosenOnly(summary)),
        {
          ...{ name: "best of n", kind: "best-of-n", joined: true },
          points: bestOfN.map(({ n, klBound, reward }) => ({
            ...{ label: `best of ${n}`, kl: { value: klBound }, reward: valueOf(reward) },
          })),
        },
      ],
      ceiling: points.map(({ kl, reward, halfWidth }) => ({
        ...{ kl, reward, low: reward - halfWidth, high: reward + halfWidth },
      })),
      caption:
        "The ceiling is the largest true reward that any policy of the same KL can have, π_ref·exp(r/β), from samples of the reference; it ends where they no longer carry.",
    },
  };
  return renderReport(report);
}

type Series = NonNullable<Report["comparison"]>["series"][number];

const lines = (frontier: readonly FrontierPoint[]): readonly Series[] =>
  [...new Set(frontier.map(({ id }) => id))].map((id): Series => {
    const { name, kind } = contestantNamed(id);
    const points = frontier
      .filter((point) => point.id === id)
      .sort((a, b) => a.kl.mean - b.kl.mean)
      .map(({ strength, kl, reward }) => ({ label: `${strength} ×`, kl: valueOf(kl), reward: valueOf(reward) }));
    return { name, kind, joined: true, points };
  });

const chosenOnly = ({ equalSteps }: WorldSummary): readonly Series[] =>
  equalSteps.map(({ name, kind, kl, reward }): Series => ({
    ...{ name, kind, points: [{ kl: valueOf(kl), reward: valueOf(reward) }] },
  }));
