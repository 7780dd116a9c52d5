import { useState } from "preact/hooks";
import type { ReportRun, SampleSet } from "../../src/report.ts";
import { color } from "../colors.ts";
import { Pager } from "../pager.tsx";

/** Prompts that are shown at once. */
const pageSize = 4;

interface Shown {
  readonly name: string;
  /** Of the run; undefined for all of them. */
  readonly index?: number;
  readonly when: string;
  readonly responses: readonly string[];
}

export function SamplesSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  const [first, setFirst] = useState(0);
  const prompts = [
    ...new Set(
      runs.flatMap(({ samples = [] }) => samples.flatMap(({ samples: some }) => some.map(({ prompt }) => prompt))),
    ),
  ];
  return (
    <>
      <div class="controls">
        <Pager noun="Prompts" count={prompts.length} {...{ pageSize, first }} onPage={setFirst} />
      </div>
      {prompts.slice(first, first + pageSize).map((prompt, position) => (
        <article key={prompt} class="sample" aria-labelledby={`prompt-${position}`}>
          <h3 id={`prompt-${position}`}>
            <span class="quiet">Prompt {first + position + 1}</span>{" "}
            <span class="text">{prompt.trim() || "(empty)"}</span>
          </h3>
          {rowsOf(runs, prompt).map((row) => (
            <div key={row[0]?.name} class="sides">
              {row.map((shown) => (
                <Side key={`${shown.name} ${shown.when}`} {...shown} />
              ))}
            </div>
          ))}
        </article>
      ))}
    </>
  );
}

const Side = ({ name, index, when, responses }: Shown) => (
  <div class="side">
    <h4>
      {index !== undefined && <span class="dot" style={{ background: color(index) }} aria-hidden="true" />}
      {name} <span class="quiet">{when}</span>
    </h4>
    {responses.map((response) => (
      <p class="text">{response.trim() || "(nothing)"}</p>
    ))}
  </div>
);

/** One row per run with before and after; where all began alike, one row with that once, and every run after. */
function rowsOf(runs: readonly ReportRun[], prompt: string): readonly (readonly Shown[])[] {
  const sides = runs.flatMap(({ name, samples = [] }, index) => {
    const [before, after] = [samples[0], samples.length > 1 ? samples.at(-1) : undefined];
    if (!before || responsesTo(prompt, before).length === 0) return [];
    return [[before, ...(after ? [after] : [])].map((set) => ({ ...shownOf(set, prompt), name, index }))];
  });
  const begins = new Set(sides.map(([before]) => JSON.stringify([before?.when, before?.responses])));
  if (sides.length < 2 || begins.size > 1) return sides;
  const [before] = sides[0]!;
  const all: Shown = { name: "all runs", when: before!.when, responses: before!.responses };
  return [[all, ...sides.flatMap((row) => row.slice(1))]];
}

const shownOf = (set: SampleSet, prompt: string): Omit<Shown, "name"> => ({
  when: set.step === 0 ? "before training" : `after step ${set.step}`,
  responses: responsesTo(prompt, set),
});

const responsesTo = (prompt: string, { samples }: SampleSet): readonly string[] =>
  samples.filter((sample) => sample.prompt === prompt).map(({ response }) => response);
