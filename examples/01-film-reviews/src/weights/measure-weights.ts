/** What several methods weigh tokens by, beside what the tokens are truly worth in a world. */
import { loadLanguageModel, type AnnotatedShare } from "@tokenwise/core";
import { modelDigest } from "@tokenwise/model";
import { labelledPairs, type Pair } from "../demo/pairs.ts";
import { readSamples, referenceFolder } from "../demo/samples.ts";
import { readAdvantages, type AdvantagesFile } from "./advantages-file.ts";
import { compare, type Agreement } from "./compare.ts";
import { contrastWeighters } from "./contrast-weighters.ts";
import { methodWeighters } from "./method-weighters.ts";
import { oracleAgreement } from "./oracle.ts";
import { TrainedModels } from "./trained-models.ts";
import { certaintyOf, truthOf, type Certainty } from "./truth.ts";
import type { Weighter } from "./weighter.ts";
import { yardsticks } from "./yardsticks.ts";

export const weighters: readonly Weighter[] = [...contrastWeighters, ...methodWeighters, ...yardsticks];

export interface MeasureWeightsOptions {
  readonly advantages: string;
  readonly world: string;
  readonly seed: number;
  /** Of each model that weights come from. */
  readonly steps: number;
  readonly batchSize: number;
  readonly trainPrompts: number;
  /** Held-out prompts that a judge is tried on, a pair each. */
  readonly judgedPrompts: number;
  readonly weighters?: readonly Weighter[];
  readonly onWeighter?: (name: string) => void;
}

export interface WeightsRow extends Pick<Weighter, "name" | "kind" | "labels" | "models"> {
  readonly agreement: Agreement;
  readonly accuracy: AnnotatedShare | undefined;
}

export interface WeightsResults {
  readonly world: string;
  readonly options: Omit<MeasureWeightsOptions, "weighters" | "onWeighter">;
  readonly rollouts: number;
  readonly trainingPairs: number;
  readonly certainty: Certainty;
  readonly rows: readonly WeightsRow[];
  /** See `oracleAgreement`. */
  readonly oracle: Agreement;
}

/** In units of reward, as in the demonstration. */
const temperature = 0.1;

/** @throws RangeError if the advantages are of another model, or not of this world. */
export async function measureWeights(given: MeasureWeightsOptions): Promise<WeightsResults> {
  const { weighters: compared = weighters, onWeighter = () => undefined, ...options } = given;
  const { world, seed, steps, batchSize } = options;
  const reference = await loadLanguageModel(referenceFolder);
  const file = await readAdvantages(options.advantages, modelDigest(reference.model));
  const labelling = { seed, temperature };
  const training = labelledPairs(await readSamples("train", options.trainPrompts), labelling);
  const { pairs, measured } = labelledReviews(file, world, labelling);
  const judged = labelledPairs(
    (await readSamples("test", options.judgedPrompts)).map(({ prompt, completions }) => ({
      prompt,
      completions: completions.slice(0, 2),
    })),
    labelling,
  );
  const truths = measured.map(truthOf);
  const trained = new TrainedModels({ pairs: training, steps, batchSize, seed });
  const materials = { reference, pairs, judged, training, trained, seed };
  const rows: WeightsRow[] = [];
  for (const { weigh, name, kind, labels, models } of compared) {
    onWeighter(name);
    const { accuracy, ...weighed } = await weigh(materials);
    rows.push({ name, kind, labels, models, accuracy, agreement: compare(truths, weighed, seed) });
  }
  await trained.dispose();
  reference.dispose();
  return {
    world,
    options,
    rollouts: file.rollouts,
    trainingPairs: training.length,
    certainty: certaintyOf(
      truths,
      measured.flatMap(({ errors }) => errors),
    ),
    rows,
    oracle: oracleAgreement(measured, seed),
  };
}

/** The measured reviews as pairs with labels, and what their tokens are worth in the order [chosen, rejected] of each. */
function labelledReviews({ reviews }: AdvantagesFile, world: string, labelling: Parameters<typeof labelledPairs>[1]) {
  const worthOf = new Map(
    reviews.map(({ prompt, completion, worlds }) => {
      const advantages = worlds[world];
      if (!advantages) throw new RangeError(`the advantages are not of a world "${world}"`);
      return [`${prompt} ${completion}`, advantages];
    }),
  );
  const samples = reviews.flatMap(({ prompt, completion }, index) =>
    index % 2 === 0 ? [{ prompt, completions: [completion, reviews[index + 1]!.completion] }] : [],
  );
  const pairs = labelledPairs(samples, labelling);
  const texts = pairs.flatMap(({ prompt, chosen, rejected }: Pair) => [`${prompt}${chosen}`, `${prompt}${rejected}`]);
  return { pairs, measured: texts.map((text) => worthOf.get(text)!) };
}
