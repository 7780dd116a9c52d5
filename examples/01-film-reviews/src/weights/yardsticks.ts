/** What costs next to nothing, and what cannot know. */
import { annotate, inspect } from "@tokenwise/core";
import { dpo } from "@tokenwise/kit";
import { tisDpo } from "@tokenwise/plugin-tis-dpo";
import { shuffledColumns } from "../contestants/shuffled-columns.ts";
import { contrasted, forLabel, magnitudes, supervisedContrast } from "./contrast-weighters.ts";
import { byToken, inspectTokens } from "./token-weights.ts";
import { unigramCoefficients } from "./unigram-classifier.ts";
import type { Materials, Weighed, Weighter } from "./weighter.ts";

type Of = (materials: Materials) => Promise<Weighed>;
const yardstick = (name: string, weigh: Of, labels: Weighter["labels"] = "none"): Weighter => ({
  ...{ name, kind: "yardstick", models: 0, labels, weigh },
});
const control = (name: string, weigh: Of): Weighter => ({ name, kind: "control", models: 0, labels: "none", weigh });

const plain = ({ reference, pairs }: Materials) => inspectTokens({ reference, pairs, method: dpo() });

const unigram: Of = async (materials) => {
  const coefficients = unigramCoefficients(materials.training);
  const ofWords = byToken(await plain(materials), ({ text }) => coefficients.get(text.trim()) ?? 0);
  return { weights: magnitudes(ofWords), signed: forLabel(ofWords) };
};

const shuffled: Of = async ({ reference, pairs, trained, seed }) => {
  const method = tisDpo({ positivePrompt: "", negativePrompt: "" });
  const models = { positive: await trained.supervised("chosen"), negative: await trained.supervised("rejected") };
  const { examples } = await annotate({ model: reference, data: pairs, method, models });
  const { groups } = await inspect({ model: reference, reference, method, data: shuffledColumns(examples, seed) });
  const tokens = groups.flatMap(({ candidates }) =>
    candidates.map((of) => of!.tokens.filter(({ content }) => content)),
  );
  return { weights: byToken({ tokens }, ({ weight }) => weight) };
};

const random: Of = async (materials) => ({
  weights: byToken(await contrasted(supervisedContrast, materials, { kind: "random" }), ({ weight }) => weight),
});

/** The name of its row. */
export const surprisal = "surprisal −log π_ref";

export const yardsticks: readonly Weighter[] = [
  yardstick("position t", async (materials) => ({ weights: byToken(await plain(materials), (_, index) => index) })),
  yardstick("position −t", async (materials) => ({ weights: byToken(await plain(materials), (_, index) => -index) })),
  yardstick(surprisal, async (materials) => ({
    weights: byToken(await plain(materials), ({ logProb }) => -logProb),
  })),
  yardstick("unigram classifier, |coefficient|", unigram, "the method's"),
  { ...supervisedContrast.costs, name: "TIS-DPO, SFT, shuffled", kind: "control", weigh: shuffled },
  control("random", random),
];
