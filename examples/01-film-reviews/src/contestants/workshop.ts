/** Where contestants are trained: a reference, what is known of one world from one draw of data, and the models that others take. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  annotate,
  loadLanguageModel,
  train,
  type AnnotatedShare,
  type LanguageModel,
  type PreferenceExample,
  type Run,
  type SettingsInput,
  type TrainEvent,
} from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import { labelledPairs, type Pair } from "../demo/pairs.ts";
import { readSamples, referenceFolder } from "../demo/samples.ts";
import type { Samples } from "../world/evaluate.ts";
import { seeded } from "../world/random.ts";
import type { World } from "../world/worlds.ts";
import { defaultBeta, type Contestant, type Weights } from "./contestant.ts";
import { contestantNamed } from "./contestants.ts";
import { shuffledColumns } from "./shuffled-columns.ts";
import { examplesOf, withOracle } from "./training-rows.ts";

export interface TrainingOptions {
  readonly world: World;
  /** Of the prompts that are taken, and of the labels of their samples. */
  readonly dataSeed: number;
  /** Of the order of the data, of what parts begin with and of what they draw. */
  readonly trainSeed: number;
  readonly steps: number;
  /** Pairs a step; groups are half as many, so that a step sees as many reviews. */
  readonly batchSize: number;
  readonly trainPrompts: number;
}

export interface TrainOptions {
  /** Default: the contestant's own. */
  readonly beta?: number;
  readonly onEvent?: (event: TrainEvent) => void;
}

export interface Trained {
  readonly model: LanguageModel;
  readonly method: Method;
  readonly history: Run["history"];
  /** Of training and annotation, without the models that it takes from others. */
  readonly seconds: number;
  /** What the method's annotators report. */
  readonly shares: readonly AnnotatedShare[];
  /** Where the trained tensors of the method's parts are, if it has any. */
  readonly parts: string | undefined;
  /** The pairs that were to be looked at, as the method reads them; none where it reads no pairs. */
  readonly shown: readonly PreferenceExample[];
}

/** In units of reward; rewards lie in [−1, 1]. */
const labelTemperature = 0.1;

/** All contestants are trained alike. */
export const settingsOf = ({
  steps,
  batchSize,
  seed,
}: {
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
}): SettingsInput => ({ steps, seed, batchSize, learningRate: 7e-4, schedule: "linear", clip: 1 });

/** Pairs of the samples, labelled in a world. */
export const pairsOf = (
  samples: readonly Samples[],
  { world, dataSeed }: Pick<TrainingOptions, "world" | "dataSeed">,
): readonly Pair[] =>
  labelledPairs(samples, { seed: dataSeed, temperature: labelTemperature, reward: world.labelReward });

export class Workshop {
  readonly reference: LanguageModel;
  readonly pairs: readonly Pair[];
  readonly #options: TrainingOptions;
  readonly #samples: readonly Samples[];
  readonly #shown: readonly Pair[];
  readonly #trained = new Map<string, Promise<Trained>>();
  readonly #folders: string[] = [];

  private constructor(
    options: TrainingOptions,
    reference: LanguageModel,
    samples: readonly Samples[],
    shown: readonly Pair[],
  ) {
    this.#options = options;
    this.reference = reference;
    this.#samples = samples;
    this.#shown = shown;
    this.pairs = pairsOf(samples, options);
  }

  /** @param shown Held-out pairs that are annotated with the others, to be looked at. */
  static async open(options: TrainingOptions, shown: readonly Pair[] = []): Promise<Workshop> {
    const random = seeded(options.dataSeed, "prompts");
    const shuffled = (await readSamples("train")).map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at);
    const samples = shuffled.slice(0, options.trainPrompts).map(({ one }) => one);
    return new Workshop(options, await loadLanguageModel(referenceFolder), samples, shown);
  }

  /** A contestant, trained from the reference; one that was trained before is the same again. The model belongs to the workshop. */
  train(contestant: Contestant, options: TrainOptions = {}): Promise<Trained> {
    const key = `${contestant.id} ${options.beta ?? ""}`;
    const trained = this.#trained.get(key) ?? this.#train(contestant, options);
    this.#trained.set(key, trained);
    return trained;
  }

  /** Contestants that a contestant needs and that are not trained yet, without itself. */
  missing({ weights }: Contestant): readonly Contestant[] {
    const needed = [...new Set(Object.values(weights?.models ?? {}))].filter((id) => !this.#trained.has(`${id} `));
    return needed.map(contestantNamed).flatMap((one) => [...this.missing(one), one]);
  }

  /** Frees all models but one, and removes what was written. */
  async dispose(kept?: LanguageModel): Promise<void> {
    for (const trained of this.#trained.values()) {
      const { model } = await trained;
      if (model !== kept) model.dispose();
    }
    this.reference.dispose();
    for (const folder of this.#folders) await rm(folder, { recursive: true });
  }

  async #train(
    contestant: Contestant,
    { beta = contestant.beta ?? defaultBeta, onEvent }: TrainOptions,
  ): Promise<Trained> {
    const { world, trainSeed, steps, batchSize } = this.#options;
    const method = contestant.method({ world, beta });
    const models = await this.#modelsOf(contestant.weights);
    const started = performance.now();
    const { examples, shares } = await this.#dataOf(contestant, method, models);
    // What is shown stands after the pairs.
    const isShown = contestant.rows === "pairs";
    const rows = isShown ? examples.slice(0, this.pairs.length) : examples;
    const ofGroups = contestant.rows === "groups" || contestant.rows === "prompts";
    const settings = settingsOf({ steps, seed: trainSeed, batchSize: Math.ceil(batchSize / (ofGroups ? 2 : 1)) });
    const output = method.weighter?.parameters && (await this.#folder());
    const run = await train({
      ...settings,
      learningRate: Number(settings.learningRate) * (contestant.learningRate ?? 1),
      model: referenceFolder,
      data: rows,
      method,
      annotation: { models },
      ...(output !== undefined && { output }),
      ...(onEvent && { onEvent }),
    });
    return {
      ...{ model: run.model, method, history: run.history, shares },
      seconds: (performance.now() - started) / 1000,
      parts: output && join(output, "parts.safetensors"),
      shown: isShown ? examples.slice(this.pairs.length) : [],
    };
  }

  async #modelsOf(weights: Weights | undefined): Promise<Readonly<Record<string, LanguageModel>>> {
    const models: Record<string, LanguageModel> = {};
    for (const [role, id] of Object.entries(weights?.models ?? {}))
      models[role] = (await this.train(contestantNamed(id))).model;
    return models;
  }

  async #dataOf({ rows, weights }: Contestant, method: Method, models: Readonly<Record<string, LanguageModel>>) {
    const { reference } = this;
    const { world, dataSeed } = this.#options;
    const ofPairs = { samples: this.#samples, world, tokenizer: reference.tokenizer, pairs: this.pairs };
    const material = rows === "pairs" ? { ...ofPairs, pairs: [...this.pairs, ...this.#shown] } : ofPairs;
    if (!weights) return { examples: examplesOf(rows, material), shares: [] };
    const given =
      weights.from === "annotators"
        ? await annotate({ model: reference, data: examplesOf(rows, material), method, models })
        : { examples: withOracle(weights, material), shares: [] };
    const examples = weights.shuffled ? shuffledColumns(given.examples, dataSeed) : given.examples;
    return { examples, shares: given.shares };
  }

  async #folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "film-reviews-"));
    this.#folders.push(folder);
    return folder;
  }
}

/**
 * A contestant, trained from the reference on the pairs of a world, with the models that it takes from others. The model is the caller's. For
 * several contestants by the same options a `Workshop` trains what they share once.
 */
export async function trainContestant(
  contestant: Contestant,
  { beta, onEvent, ...options }: TrainingOptions & TrainOptions,
): Promise<Omit<Trained, "parts" | "shown">> {
  const workshop = await Workshop.open(options);
  let model: LanguageModel | undefined;
  try {
    const { method, history, seconds, shares, ...trained } = await workshop.train(contestant, {
      ...(beta !== undefined && { beta }),
      ...(onEvent && { onEvent }),
    });
    ({ model } = trained);
    return { model, method, history, seconds, shares };
  } finally {
    await workshop.dispose(model);
  }
}
