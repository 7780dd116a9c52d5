/** The demonstration: a reference model, and what supervised training and preference optimization make of it, by a known truth. */
import {
  inspect,
  readsReference,
  type AnnotatedShare,
  type LanguageModel,
  type SettingsInput,
  type TrainEvent,
} from "@tokenwise/core";
import { useBackend, type BackendName } from "@tokenwise/model";
import type { TokenGroup } from "@tokenwise/report";
import type { BestOfN, Bound, CeilingPoint } from "@tokenwise/sweep";
import type { Contestant, Cost } from "../contestants/contestant.ts";
import { contestants } from "../contestants/contestants.ts";
import { pairsOf, settingsOf, Workshop, type Trained } from "../contestants/workshop.ts";
import type { Samples } from "../world/evaluate.ts";
import { turned, type World } from "../world/worlds.ts";
import { boundsFor } from "./bounds.ts";
import { Budget, computeOf, pacedPasses } from "./budget.ts";
import { measure, type Measurement } from "./measure.ts";
import type { Pair } from "./pairs.ts";
import { readSamples } from "./samples.ts";
import type { Sizes } from "./sizes.ts";

export interface DemoOptions extends Sizes {
  readonly world: World;
  /** Of training. */
  readonly seed: number;
  /** Of the prompts, their labels, and what the models are sampled with. */
  readonly dataSeed: number;
  /** The sign of the reward that labels are drawn from is turned: they prefer what is bad. */
  readonly flip: boolean;
  readonly backend: BackendName | "auto";
  /** Default: all of them. */
  readonly contestants?: readonly Contestant[];
  /** Those that would not end in this time are left out. Default: none is. */
  readonly minutes?: number;
  readonly onEvent?: (name: string, event: TrainEvent) => void;
  readonly onSkip?: (name: string) => void;
}

export interface DemoRow extends Measurement {
  readonly name: string;
  readonly kind: Contestant["kind"] | "reference";
  /** Seconds of training. */
  readonly seconds: number;
  /** What it costs beyond DPO; none for the reference. */
  readonly cost: (Cost & { readonly models: readonly string[] }) | undefined;
  /** Computation with that of the models it takes, in that of DPO's training. */
  readonly compute: number;
  /** What annotators say of themselves: a judge's accuracy, and whether it is one. */
  readonly shares: readonly AnnotatedShare[];
  /** The largest true reward that this KL allows; the smallest, if the sign is turned. */
  readonly ceiling: Bound;
}

/** How a contestant came to be what it is. */
export interface Trace {
  readonly name: string;
  /** As a configuration file would name it. */
  readonly method: unknown;
  readonly history: Trained["history"];
  readonly samples: readonly Samples[];
  /** What the trained model and the method make of the tokens of a few held-out pairs; none where no pairs are read. */
  readonly tokens: readonly TokenGroup[];
}

export interface DemoResults {
  readonly backend: BackendName;
  readonly world: World["name"];
  readonly pairs: number;
  readonly options: Omit<DemoOptions, "onEvent" | "onSkip" | "contestants" | "world">;
  readonly settings: SettingsInput;
  readonly rows: readonly DemoRow[];
  /** Contestants for which there was no time. */
  readonly skipped: readonly string[];
  readonly bestOfN: readonly BestOfN[];
  readonly ceiling: readonly CeilingPoint[];
}

export interface Demo {
  readonly results: DemoResults;
  /** Samples of the reference, before any training. */
  readonly before: readonly Samples[];
  readonly traces: readonly Trace[];
}

/** Held-out pairs whose tokens are shown. */
const shownPairs = 4;

/** Trains every contestant from the same reference on the same samples, and measures all on held-out prompts, by the world's truth. */
export async function runDemo(given: DemoOptions): Promise<Demo> {
  const { onEvent, onSkip, contestants: compared = contestants, world: truth, ...options } = given;
  const { seed, dataSeed, flip, samplesPerPrompt, minutes = Infinity } = options;
  const budget = new Budget(60 * minutes);
  const backend = await useBackend(options.backend);
  const world = flip ? turned(truth) : truth;
  const held = await readSamples("test", options.testPrompts);
  const prompts = held.map(({ prompt }) => prompt);
  // By the truth, also where the labels of training are not.
  const heldPairs = pairsOf(held, {
    world: { ...world, labelReward: flip ? turned(truth).labelReward : truth.reward },
    dataSeed,
  });
  const workshop = await Workshop.open(
    { ...options, world, trainSeed: seed },
    onePairAPrompt(heldPairs).slice(0, shownPairs),
  );
  try {
    const { reference, pairs } = workshop;
    const sizes = { ...options, pairs: pairs.length };
    const bounds = await boundsFor(reference, { world, prompts, flip });
    const measureModel = async (model: LanguageModel) => {
      const started = performance.now();
      const measuring = { world: truth, prompts, pairs: heldPairs, samplesPerPrompt, seed: dataSeed };
      const { measurement, samples } = await measure(model, reference, measuring);
      budget.measured((performance.now() - started) / 1000);
      return { samples, measurement: { ...measurement, ceiling: bounds.at(measurement.kl.mean) } };
    };
    const untrained = await measureModel(reference);
    const rows: DemoRow[] = [
      {
        name: "reference",
        kind: "reference",
        seconds: 0,
        cost: undefined,
        compute: 0,
        shares: [],
        ...untrained.measurement,
      },
    ];
    const traces: Trace[] = [];
    const skipped: string[] = [];
    for (const contestant of compared) {
      const { name, kind, cost, weights } = contestant;
      const needed = [...workshop.missing(contestant), contestant];
      if (!budget.fits(needed.reduce((sum, one) => sum + pacedPasses(one, sizes), 0))) {
        skipped.push(name);
        onSkip?.(name);
        continue;
      }
      for (const one of needed) {
        const { seconds } = await workshop.train(one, { onEvent: (event) => onEvent?.(one.name, event) });
        budget.trained(seconds, pacedPasses(one, sizes));
      }
      const trained = await workshop.train(contestant);
      const { measurement, samples } = await measureModel(trained.model);
      rows.push({
        ...{ name, kind, seconds: trained.seconds, shares: trained.shares, ...measurement },
        cost: { ...cost, models: Object.values(weights?.models ?? {}) },
        compute: computeOf(contestant, sizes),
      });
      const tokens = await tokensOf(trained, reference);
      traces.push({ name, method: trained.method.origin ?? name, history: trained.history, samples, tokens });
    }
    const settings = settingsOf({ ...options, seed });
    const found = { pairs: pairs.length, rows, skipped, bestOfN: bounds.bestOfN, ceiling: bounds.points };
    return { results: { backend, world: truth.name, options, settings, ...found }, before: untrained.samples, traces };
  } finally {
    await workshop.dispose();
  }
}

async function tokensOf(
  { model, method, parts, shown }: Trained,
  reference: LanguageModel,
): Promise<readonly TokenGroup[]> {
  if (shown.length === 0) return [];
  const { groups } = await inspect({
    ...{ model, method, data: shown },
    ...(readsReference(method) && { reference }),
    ...(parts !== undefined && { parts }),
  });
  // The page puts groups of one source together.
  return groups.map((group, index) => ({ ...group, source: { file: "held-out pairs", line: index + 1 } }));
}

const onePairAPrompt = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ prompt }, index) => pairs[index - 1]?.prompt !== prompt);
