/** What several methods weigh tokens by, beside what the tokens are truly worth in a world. */
import { loadLanguageModel, type AnnotatedShare } from "@tokenwise/core";
import { modelDigest } from "@tokenwise/model";
import type { Interval } from "@tokenwise/sweep";
import { labelledPairs, type Pair } from "../demo/pairs.ts";
import type { Samples } from "../world/evaluate.ts";
import { readSamples, referenceFolder } from "../demo/samples.ts";
import { truthOf as truthOfWorld, worldNamed, type TruthName, type WorldName } from "../world/worlds.ts";
import { readAdvantages, type AdvantagesFile } from "./advantages-file.ts";
import { areaBeyond, compare, type Agreement } from "./compare.ts";
import { flopsOf } from "./cost.ts";
import { contrastWeighters } from "./contrast-weighters.ts";
import { measuredPairs } from "./measured-pairs.ts";
import { methodWeighters } from "./method-weighters.ts";
import { oracleAgreement } from "./oracle.ts";
import { TrainedModels } from "./trained-models.ts";
import type { Advantages } from "./token-advantages.ts";
import { certaintyOf, truthOf, type Certainty } from "./truth.ts";
import type { Weighter } from "./weighter.ts";
import { surprisal, yardsticks } from "./yardsticks.ts";

export const weighters: readonly Weighter[] = [...contrastWeighters, ...methodWeighters, ...yardsticks];

export interface MeasureWeightsOptions {
  readonly advantages: string;
  /** In a proxy, labels are of half of the truth. */
  readonly world: WorldName;
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
  /** By how much its area is larger than that of the reference's surprisal, which costs one pass; undefined without that row. */
  readonly beyond: Interval | undefined;
  readonly accuracy: AnnotatedShare | undefined;
  /** Floating-point operations of the weights of all training pairs, once, beside those of the training: see `flopsOf`. */
  readonly flops: number;
}

export interface WeightsResults {
  readonly world: WorldName;
  readonly options: Omit<MeasureWeightsOptions, "weighters" | "onWeighter">;
  readonly rollouts: number;
  readonly trainingPairs: number;
  /** Of a training by DPO, to compare with. */
  readonly dpoFlops: number;
  readonly certainty: Certainty;
  readonly rows: readonly WeightsRow[];
  /** See `oracleAgreement`. */
  readonly oracle: Agreement;
}

/** In units of reward, as in the demonstration. */
const temperature = 0.1;

/** @throws RangeError if the advantages are of another model, or not of this world; TW_E_USAGE for an unknown world. */
export async function measureWeights(given: MeasureWeightsOptions): Promise<WeightsResults> {
  const { weighters: compared = weighters, onWeighter = () => undefined, ...options } = given;
  const { seed, steps, batchSize } = options;
  const world = worldNamed(options.world);
  const reference = await loadLanguageModel(referenceFolder);
  const file = await readAdvantages(options.advantages, modelDigest(reference.model));
  const labelled = (samples: readonly Samples[]) =>
    labelledPairs(samples, { seed, temperature, reward: world.labelReward });
  const training = labelled(await readSamples("train", options.trainPrompts));
  const judged = labelled(measuredPairs(await readSamples("test"), options.judgedPrompts));
  const pairs = labelled(samplesOf(file));
  const measured = worthOf(file, { pairs, truth: truthOfWorld(world) });
  const truths = measured.map(truthOf);
  const trained = new TrainedModels({ pairs: training, steps, batchSize, seed });
  const materials = { reference, pairs, judged, training, trained, seed };
  const spent = { pairs: training, seen: steps * batchSize };
  const rows: Omit<WeightsRow, "beyond">[] = [];
  for (const { weigh, name, kind, labels, models, effort = {} } of compared) {
    onWeighter(name);
    const { accuracy, ...weighed } = await weigh(materials);
    const flops = flopsOf(effort, reference, { ...spent, models });
    rows.push({ name, kind, labels, models, accuracy, flops, agreement: compare(truths, weighed, seed) });
  }
  const dpoFlops = flopsOf({ trained: "dpo" }, reference, { ...spent, models: 1 });
  const bar = rows.find(({ name }) => name === surprisal)?.agreement;
  await trained.dispose();
  reference.dispose();
  return {
    world: world.name,
    options,
    rollouts: file.rollouts,
    trainingPairs: training.length,
    dpoFlops,
    certainty: certaintyOf(
      truths,
      measured.flatMap(({ errors }) => errors),
    ),
    rows: rows.map((row) => ({ ...row, beyond: bar && areaBeyond(row.agreement, bar, seed) })),
    oracle: oracleAgreement(measured, seed),
  };
}

const samplesOf = ({ reviews }: AdvantagesFile): Samples[] =>
  reviews.flatMap(({ prompt, completion }, index) =>
    index % 2 === 0 ? [{ prompt, completions: [completion, reviews[index + 1]!.completion] }] : [],
  );

/** Of chosen and rejected response of each pair in turn. */
function worthOf({ reviews }: AdvantagesFile, of: { readonly pairs: readonly Pair[]; readonly truth: TruthName }) {
  const known = new Map<string, Advantages | undefined>(
    reviews.map(({ prompt, completion, worlds }) => [`${prompt} ${completion}`, worlds[of.truth]] as const),
  );
  return of.pairs.flatMap(({ prompt, chosen, rejected }) =>
    [chosen, rejected].map((response) => {
      const advantages = known.get(`${prompt}${response}`);
      if (!advantages)
        throw new RangeError(`the advantages are not of the world "${of.truth}": run \`npm run make-advantages\``);
      return advantages;
    }),
  );
}
