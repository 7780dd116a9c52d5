/** The demonstration: a reference model, and what supervised training, DPO and ε-DPO make of it, by a known truth. */
import { loadLanguageModel, train, type LanguageModel, type SettingsInput, type TrainEvent } from "@tokenwise/core";
import { dpo, sft, type Method } from "@tokenwise/kit";
import { useBackend, type BackendName } from "@tokenwise/model";
import { epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { measure, type Measurement } from "./measure.ts";
import { labelledPairs, type Pair } from "./pairs.ts";
import { readSamples, referenceFolder } from "./samples.ts";

export interface DemoOptions {
  readonly seed: number;
  /** The sign of the true reward is turned: the labels prefer what is bad. */
  readonly flip: boolean;
  readonly backend: BackendName | "auto";
  readonly steps: number;
  readonly trainPrompts: number;
  readonly testPrompts: number;
  readonly samplesPerPrompt: number;
  /** Default: all of them. */
  readonly contestants?: readonly Contestant[];
  readonly onEvent?: (name: string, event: TrainEvent) => void;
}

export interface DemoRow extends Measurement {
  readonly name: string;
  /** Seconds of training. */
  readonly seconds: number;
}

export interface DemoResults {
  readonly backend: BackendName;
  readonly pairs: number;
  readonly options: Omit<DemoOptions, "onEvent" | "contestants">;
  readonly settings: SettingsInput;
  readonly rows: readonly DemoRow[];
}

/** In units of reward; the true reward lies in [−1, 1]. */
const labelTemperature = 0.1;
const beta = 0.2;

const settingsOf = ({ steps, seed }: Pick<DemoOptions, "steps" | "seed">): SettingsInput => ({
  steps,
  seed,
  batchSize: 32,
  learningRate: 7e-4,
  schedule: "linear",
  clip: 1,
});

export interface Contestant {
  readonly name: string;
  readonly method: Method;
  readonly data: "pairs" | "chosen";
}

/** What the demonstration compares. */
export const contestants: readonly Contestant[] = [
  { name: "SFT on chosen", method: sft(), data: "chosen" },
  { name: "DPO", method: dpo({ beta }), data: "pairs" },
  { name: "ε-DPO", method: epsilonDpo({ beta, epsilon: 0.01 }), data: "pairs" },
];

/** Trains every method from the same reference on the same pairs, and measures all on held-out prompts. */
export async function runDemo({
  onEvent = () => undefined,
  contestants: compared = contestants,
  ...options
}: DemoOptions): Promise<DemoResults> {
  const { seed, flip, samplesPerPrompt } = options;
  const backend = await useBackend(options.backend);
  const labelling = { seed, flip, temperature: labelTemperature };
  const pairs = labelledPairs(await readSamples("train", options.trainPrompts), labelling);
  const held = await readSamples("test", options.testPrompts);
  const measuring = {
    prompts: held.map(({ prompt }) => prompt),
    pairs: labelledPairs(held, labelling),
    samplesPerPrompt,
    seed,
  };
  const settings = settingsOf(options);

  const reference = await loadLanguageModel(referenceFolder);
  const rows: DemoRow[] = [{ name: "reference", seconds: 0, ...(await measure(reference, reference, measuring)) }];
  for (const { name, method, data } of compared) {
    const started = performance.now();
    const trained = await trainOne({ method, data, pairs, settings, onEvent: (event) => onEvent(name, event) });
    const seconds = (performance.now() - started) / 1000;
    rows.push({ name, seconds, ...(await measure(trained, reference, measuring)) });
    trained.dispose();
  }
  reference.dispose();
  return { backend, pairs: pairs.length, options, settings, rows };
}

interface Training extends Omit<Contestant, "name"> {
  readonly pairs: readonly Pair[];
  readonly settings: SettingsInput;
  readonly onEvent: (event: TrainEvent) => void;
}

async function trainOne({ method, data, pairs, settings, onEvent }: Training): Promise<LanguageModel> {
  const rows =
    data === "pairs"
      ? ({ rows: "preferences", data: pairs } as const)
      : ({ rows: "completions", data: pairs.map(({ prompt, chosen }) => ({ prompt, completion: chosen })) } as const);
  const run = await train({ ...settings, ...rows, model: referenceFolder, method, onEvent });
  return run.model;
}
