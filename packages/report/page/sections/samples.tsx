import type { ReportRun, Sample, SampleSet } from "../../src/report.ts";
import { color } from "../colors.ts";

/** Prompts that are shown at once. */
const mostPrompts = 50;

interface Shown {
  readonly run: ReportRun;
  readonly index: number;
  readonly sets: readonly SampleSet[];
}

export function SamplesSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  const shown = runs.flatMap((run, index): Shown[] => (run.samples?.length ? [{ run, index, sets: run.samples }] : []));
  const prompts = [
    ...new Set(shown.flatMap(({ sets }) => sets.flatMap(({ samples }) => samples.map(({ prompt }) => prompt)))),
  ];
  return (
    <>
      {prompts.length > mostPrompts && (
        <p class="quiet">
          The first {mostPrompts} of {prompts.length} prompts.
        </p>
      )}
      {prompts.slice(0, mostPrompts).map((prompt, position) => (
        <article key={prompt} class="sample" aria-labelledby={`prompt-${position}`}>
          <h3 id={`prompt-${position}`}>
            <span class="quiet">Prompt {position + 1}</span> <span class="text">{prompt.trim() || "(empty)"}</span>
          </h3>
          {shown.map(({ run, index, sets }) => (
            <div key={run.name} class="sides">
              {shown.length > 1 && (
                <h4>
                  <span class="dot" style={{ background: color(index) }} aria-hidden="true" />
                  {run.name}
                </h4>
              )}
              {[sets[0]!, ...(sets.length > 1 ? [sets.at(-1)!] : [])].map((set, side) => (
                <div key={side} class="side">
                  <h5>{side === 0 && set.step === 0 ? "before training" : `after step ${set.step}`}</h5>
                  {responses(set, prompt).map(({ response }) => (
                    <p class="text">{response.trim() || "(nothing)"}</p>
                  ))}
                </div>
              ))}
            </div>
          ))}
        </article>
      ))}
    </>
  );
}

const responses = ({ samples }: SampleSet, prompt: string): readonly Sample[] =>
  samples.filter((sample) => sample.prompt === prompt);
