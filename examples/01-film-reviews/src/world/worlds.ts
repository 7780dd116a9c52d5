/** Worlds: one language, one reference, several truths. In a proxy of a world, labels come from half of its truth. */
import { nearest, TokenwiseError } from "@tokenwise/kit";
import { asWritten, type Reader } from "./derivation.ts";
import type { Rule } from "./notation.ts";
import { hash } from "./random.ts";
import { rewardBy } from "./semantics.ts";
import { additive, delayed, scope, type Truth } from "./truths.ts";
import { understand } from "./understand.ts";

/** What a review is worth, in [−1, 1]. */
export type Reward = (prompt: string, completion: string) => number;

export interface World {
  readonly name: WorldName;
  /** The truth, by which models are measured. */
  readonly reward: Reward;
  /** What labels are drawn from; in a proxy not the truth. */
  readonly labelReward: Reward;
  /** Whether labels prefer what is bad. */
  readonly turned?: boolean;
}

export const truths = { scope, additive, delayed } as const;
export type TruthName = keyof typeof truths;
export type WorldName = TruthName | `${TruthName}-proxy`;

/** Of all words and idioms that have a value about half, whatever they are said of. */
export const isVisible = ({ symbols }: Rule): boolean =>
  hash(`visible ${symbols.filter((symbol) => typeof symbol === "string").join(" ")}`) % 2 === 0;

/** Who does not know half of the words: those say nothing to him. */
export const halfBlind: Reader = (node, sentiments) => {
  const sentiment = asWritten(node, sentiments);
  const isValue = sentiments.length === 0 && sentiment !== undefined;
  return isValue && !isVisible(node.rule) ? 0 : sentiment;
};

const trueReward =
  (truth: Truth): Reward =>
  (prompt, completion) =>
    rewardBy(truth, understand(`${prompt} ${completion}`));

/** Half of the words, and no notice of what is broken. */
const proxyReward =
  (truth: Truth): Reward =>
  (prompt, completion) =>
    truth(understand(`${prompt} ${completion}`).derivations, halfBlind);

export const worlds: readonly World[] = (Object.keys(truths) as TruthName[]).flatMap((name): World[] => {
  const reward = trueReward(truths[name]);
  return [
    { name, reward, labelReward: reward },
    { name: `${name}-proxy`, reward, labelReward: proxyReward(truths[name]) },
  ];
});

/** @throws TW_E_USAGE  for a name that no world has. */
export function worldNamed(name: string): World {
  const world = worlds.find((one) => one.name === name);
  if (world) return world;
  const names = worlds.map((one) => one.name);
  throw new TokenwiseError("TW_E_USAGE", `there is no world "${name}"${nearest(name, names)}`, {
    hint: `worlds: ${names.join(", ")}`,
  });
}

/** The world with the sign of what labels are drawn from turned. */
export const turned = (world: World): World => ({
  ...world,
  labelReward: (prompt, completion) => -world.labelReward(prompt, completion),
  turned: true,
});

/** Whose truth a world has. */
export const truthOf = ({ name }: World): TruthName => name.replace(/-proxy$/u, "") as TruthName;
