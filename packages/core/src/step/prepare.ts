/** What a step computes before any tape opens: samples for the whole step, attributions by micro-batch. All of it is plain numbers. */
import type { PreferenceExample } from "@tokenwise/data";
import type { Json } from "@tokenwise/kit";
import type { PlannedSample } from "../plan/samples.ts";
import { streamLength } from "./assemble.ts";
import { attribute, attributedTokens, type Attributions } from "./attributions.ts";
import { microBatches } from "./micro-batches.ts";
import type { Moment, Runtime } from "./runtime.ts";
import { drawSamples, type SamplesOfStep } from "./samples.ts";
import { Tally } from "./tally.ts";

/** A micro-batch before its forward pass. */
export interface Prepared {
  readonly examples: readonly PreferenceExample[];
  readonly attributions: Attributions;
  readonly samples: readonly PreparedSample[];
}

export interface PreparedSample {
  readonly sample: PlannedSample;
  readonly examples: readonly PreferenceExample[];
  readonly attributions: Attributions;
}

export interface PreparedStep {
  readonly batches: readonly Prepared[];
  /** Tokens that ran through the policy for it. */
  readonly tokens: number;
  /** Samples that later steps use. */
  readonly kept: Json | undefined;
}

interface Options {
  readonly moment: Moment;
  /** Stream tokens per micro-batch. */
  readonly tokens: number;
  readonly tally: Tally;
}

/** Prepares the examples of a step. Gives way to other tasks between micro-batches. */
export async function prepareStep(
  runtime: Runtime,
  examples: readonly PreferenceExample[],
  { moment, tokens, tally }: Options,
): Promise<PreparedStep> {
  const step = drawSamples(runtime, runtime.plan.samples, examples, moment, tally);
  const sampled = [...step.drawn.values()];
  const sizeOf = (row: number): number =>
    sampled.reduce((sum, rows) => sum + streamLength(rows[row]!), streamLength(examples[row]!));
  const batches: Prepared[] = [];
  let used = step.tokens;
  for (const rows of microBatches([...examples.keys()], tokens, sizeOf)) {
    await new Promise((resolve) => setImmediate(resolve));
    const batch = prepareBatch(runtime, rows, examples, step);
    batches.push(batch);
    used += tokensOf(batch);
  }
  return { batches, tokens: used, kept: step.kept };
}

/** Prepares examples as one micro-batch, for the parts that give weights and scores: without the samples of auxiliary losses. */
export function prepareScoring(runtime: Runtime, examples: readonly PreferenceExample[], moment: Moment): Prepared {
  const samples = runtime.plan.samples.filter(({ planned }) => planned.slot !== "auxiliary");
  return prepareBatch(
    runtime,
    [...examples.keys()],
    examples,
    drawSamples(runtime, samples, examples, moment, new Tally()),
  );
}

/** Without the samples of auxiliary losses. */
export const scoringOnly = (prepared: Prepared): Prepared => ({
  ...prepared,
  samples: prepared.samples.filter(({ sample }) => sample.planned.slot !== "auxiliary"),
});

function prepareBatch(
  runtime: Runtime,
  rows: readonly number[],
  examples: readonly PreferenceExample[],
  { drawn }: SamplesOfStep,
): Prepared {
  const pick = (from: readonly PreferenceExample[]) => rows.map((row) => from[row]!);
  const attributed = ({ requests }: Pick<PlannedSample, "requests">, of: readonly PreferenceExample[]) =>
    attribute(requests, runtime.policy, of, runtime);
  const samples = [...drawn].map(([sample, all]): PreparedSample => {
    const own = pick(all);
    return { sample, examples: own, attributions: attributed(sample, own) };
  });
  const own = pick(examples);
  return { examples: own, attributions: attributed(runtime.plan, own), samples };
}

/** Forward and backward passes of attributions, and the samples' own streams in the main pass. */
function tokensOf({ examples, attributions, samples }: Prepared): number {
  const attributed = (made: Attributions, of: readonly PreferenceExample[]) =>
    made.size > 0 ? attributedTokens(of) : 0;
  return samples.reduce(
    (sum, sample) =>
      sum +
      attributed(sample.attributions, sample.examples) +
      sample.examples.reduce((length, example) => length + streamLength(example), 0),
    attributed(attributions, examples),
  );
}
