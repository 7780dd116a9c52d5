import type { LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { currentBackend, modelDigest } from "@tokenwise/model";
import { longestReview } from "../demo/sample-reviews.ts";
import type { Samples } from "../world/evaluate.ts";
import { hash } from "../world/random.ts";
import type { Reward } from "../world/worlds.ts";
import type { AdvantagesFile, MeasuredReview } from "./advantages-file.ts";
import type { RolloutStore } from "./rollout-store.ts";
import { rolloutsOf } from "./rollouts.ts";
import { advantagesOf } from "./token-advantages.ts";

export interface MeasureAdvantagesOptions {
  readonly pairs: readonly Samples[];
  /** True rewards, by world. */
  readonly worlds: Readonly<Record<string, Reward>>;
  readonly rollouts: number;
  readonly seed: number;
  readonly store: RolloutStore;
  readonly onReview?: (done: number, total: number) => void;
}

/** What every token of the reviews is worth in every world, by the same rollouts. */
export async function measureAdvantages(
  reference: LanguageModel,
  { pairs, worlds, rollouts, seed, store, onReview }: MeasureAdvantagesOptions,
): Promise<AdvantagesFile> {
  const { tokenizer, model } = reference;
  const texts = pairs.flatMap(({ prompt, completions }) => completions.map((completion) => ({ prompt, completion })));
  const reviews: MeasuredReview[] = [];
  for (const { prompt, completion } of texts) {
    const before = promptTokens(tokenizer, prompt);
    const response = promptTokens(tokenizer, `${prompt} ${completion}`).slice(before.length);
    const key = `${prompt} ${completion}`;
    const beginnings = await store.of(key, () =>
      rolloutsOf(reference, { prompt: before, response }, { rollouts, seed: hash(`${seed} ${key}`) }),
    );
    const endings = beginnings.map(({ begun, rests }) =>
      rests.map((rest) => tokenizer.decode(Int32Array.of(...begun, ...rest), { skipSpecialTokens: true })),
    );
    const measured = Object.entries(worlds).map(([name, reward]) => {
      const known = new Map<string, number>();
      const rewards = endings.map((of) =>
        of.map((text) => {
          const value = known.get(text) ?? reward(prompt, text);
          known.set(text, value);
          return value;
        }),
      );
      return [name, advantagesOf(rewards)];
    });
    reviews.push({ prompt, completion, worlds: Object.fromEntries(measured) as MeasuredReview["worlds"] });
    onReview?.(reviews.length, texts.length);
  }
  return {
    what: "What each token of reviews that nothing was trained on is worth in each world: the change of the expected true reward, the rest written by the reference; from two halves of the rollouts, and the standard errors of their mean. End tokens are left out. Made by `npm run make-advantages`.",
    modelDigest: modelDigest(model),
    sampler: { temperature: 1, maxNewTokens: longestReview, backend: currentBackend() ?? "" },
    seed,
    rollouts,
    reviews,
  };
}
