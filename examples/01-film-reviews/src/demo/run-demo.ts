/** The demonstration: a reference model, and what supervised training and several methods make of it, by a known truth. */
import {
  inspect,
  loadLanguageModel,
  train,
  type LanguageModel,
  type SettingsInput,
  type TrainEvent,
} from "@tokenwise/core";
import type { TokenGroup } from "@tokenwise/report";
import { useBackend, type BackendName } from "@tokenwise/model";
import type { BestOfN } from "../ceiling/best-of-n.ts";
import type { Bound, CeilingPoint } from "../ceiling/ceiling.ts";
import type { Samples } from "../world/evaluate.ts";
import { boundsFor } from "./bounds.ts";
import { contestants, type Contestant } from "./contestants.ts";
import { measure, type Measurement } from "./measure.ts";
import { labelledPairs, type Pair } from "./pairs.ts";
import { readSamples, referenceFolder } from "./samples.ts";
import type { Sizes } from "./sizes.ts";
import { TrainingData } from "./training-data.ts";

export interface DemoOptions extends Sizes {
  readonly seed: number;
  /** The sign of the true reward is turned: the labels prefer what is bad. */
  readonly flip: boolean;
  readonly backend: BackendName | "auto";
  /** Default: all of them. */
  readonly contestants?: readonly Contestant[];
  readonly onEvent?: (name: string, event: TrainEvent) => void;
}

export interface DemoRow extends Measurement {
  readonly name: string;
  readonly kind: Contestant["kind"] | "reference";
  /** Seconds of training. */
  readonly seconds: number;
  /** The largest true reward that this KL allows; the smallest, if the sign is turned. */
  readonly ceiling: Bound;
}

/** How a contestant came to be what it is. */
export interface Trace {
  readonly name: string;
  /** As a configuration file would name it. */
  readonly method: unknown;
  readonly history: Awaited<ReturnType<typeof train>>["history"];
  readonly samples: readonly Samples[];
  /** What the trained model and the method make of the tokens of a few held-out pairs; none for supervised training. */
  readonly tokens: readonly TokenGroup[];
}

export interface DemoResults {
  readonly backend: BackendName;
  readonly pairs: number;
  readonly options: Omit<DemoOptions, "onEvent" | "contestants">;
  readonly settings: SettingsInput;
  readonly rows: readonly DemoRow[];
  readonly bestOfN: readonly BestOfN[];
  readonly ceiling: readonly CeilingPoint[];
}

export interface Demo {
  readonly results: DemoResults;
  /** Samples of the reference, before any training. */
  readonly before: readonly Samples[];
  readonly traces: readonly Trace[];
}

/** In units of reward; the true reward lies in [−1, 1]. */
const labelTemperature = 0.1;
/** Held-out pairs whose tokens are shown. */
const shownPairs = 4;

export const settingsOf = ({
  steps,
  batchSize,
  seed,
}: Pick<DemoOptions, "steps" | "batchSize" | "seed">): SettingsInput => ({
  steps,
  seed,
  batchSize,
  learningRate: 7e-4,
  schedule: "linear",
  clip: 1,
});

/**
 * Trains every contestant from the same reference on the same pairs, and measures all on held-out prompts.
 *
 * @throws RangeError if a contestant with weights comes before those that are supervised on chosen and on rejected reviews.
 */
export async function runDemo({
  onEvent = () => undefined,
  contestants: compared = contestants,
  ...options
}: DemoOptions): Promise<Demo> {
  const { seed, flip, samplesPerPrompt } = options;
  const backend = await useBackend(options.backend);
  const labelling = { seed, flip, temperature: labelTemperature };
  const pairs = labelledPairs(await readSamples("train", options.trainPrompts), labelling);
  const held = await readSamples("test", options.testPrompts);
  const prompts = held.map(({ prompt }) => prompt);
  const heldPairs = labelledPairs(held, labelling);
  const settings = settingsOf(options);

  const reference = await loadLanguageModel(referenceFolder);
  const bounds = await boundsFor(reference, { prompts, flip });
  const rows: DemoRow[] = [];
  const judge = async (row: Pick<DemoRow, "name" | "kind" | "seconds">, model: LanguageModel) => {
    const measuring = { prompts, pairs: heldPairs, samplesPerPrompt, seed };
    const { measurement, samples } = await measure(model, reference, measuring);
    rows.push({ ...row, ...measurement, ceiling: bounds.at(measurement.kl.mean) });
    return samples;
  };
  const before = await judge({ name: "reference", kind: "reference", seconds: 0 }, reference);
  const traces: Trace[] = [];
  const data = new TrainingData({ pairs, shown: onePairAPrompt(heldPairs).slice(0, shownPairs), reference, seed });
  for (const { name, kind, method, rows: wanted } of compared) {
    const started = performance.now();
    const given = await data.of(wanted);
    const run = await train({
      ...{ ...settings, ...given.training, model: referenceFolder, method },
      onEvent: (event) => onEvent(name, event),
    });
    const seconds = (performance.now() - started) / 1000;
    const samples = await judge({ name, kind, seconds }, run.model);
    const look = { model: run.model, reference, method };
    const groups = given.shown ? (await inspect({ ...look, data: given.shown })).groups : [];
    // The page puts groups of one source together.
    const tokens = groups.map((group, index) => ({ ...group, source: { file: "held-out pairs", line: index + 1 } }));
    traces.push({ name, method: method.origin ?? name, history: run.history, samples, tokens });
    data.keep(wanted, run.model);
  }
  data.dispose();
  reference.dispose();
  const results = {
    backend,
    pairs: pairs.length,
    options,
    settings,
    rows,
    bestOfN: bounds.bestOfN,
    ceiling: bounds.points,
  };
  return { results, before, traces };
}

const onePairAPrompt = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ prompt }, index) => pairs[index - 1]?.prompt !== prompt);
