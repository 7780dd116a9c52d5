/**
 * The groups of a step from the method's source: candidates made while training, and their rewards. What is drawn depends on the run's
 * seed and the step, in evaluation on the seed alone, so that a resumed run draws what the uninterrupted one drew.
 */
import type { PreferenceExample } from "@tokenwise/data";
import {
  checkObject,
  guardAsyncCall,
  placing,
  TokenwiseError,
  type GenerationTools,
  type Group,
  type GroupSource,
} from "@tokenwise/kit";
import { isWithinSingle, placeOf } from "../plan/dataset.ts";
import { seedFrom } from "../random.ts";
import { waitFor } from "../waiting.ts";
import type { Moment, Runtime } from "./runtime.ts";

export interface SampledStep {
  /** The rows of the step with candidates and rewards. */
  readonly examples: readonly PreferenceExample[];
  /**
   * Under TRL's names: `reward`, the mean over the candidates; `reward_std`, the mean deviation within a group; `frac_reward_zero_std`, the
   * share of groups whose rewards are all equal, in 32 bits, as parts read them; and of the responses the mean length, and the share
   * that did not end.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** Tokens of prompts and responses that ran through the policy. */
  readonly tokens: number;
}

/** @throws TW_E_SOURCE_GROUPS  if the source hands over anything but a group for each prompt, of two to `groupSize` candidates. */
export async function sampleGroups(
  source: GroupSource,
  runtime: Runtime,
  rows: readonly PreferenceExample[],
  moment: Moment,
): Promise<SampledStep> {
  const who = `source "${source.name}"`;
  const next = () =>
    source.next(
      rows.map(({ prompt }) => prompt),
      toolsOf(who, runtime, moment),
    );
  const given: unknown = await waitFor(who, () => guardAsyncCall(who, next));
  if (!Array.isArray(given)) throw refused(source, `gives no list of groups for ${rows.length} prompts`);
  const groups = given as readonly Group[];
  if (groups.length !== rows.length) throw refused(source, `gives ${groups.length} groups for ${rows.length} prompts`);
  const odd = groups.findIndex((group) => !isGroup(group));
  if (odd >= 0) throw refused(source, `gives ${placeOf(rows[odd]!)} no group of token ids`);
  for (const group of groups) {
    checkObject(who, group, ["prompt", "candidates"]);
    for (const each of group.candidates) checkObject(`${who}: a candidate`, each, ["ids", "reward"]);
  }
  const examples = rows.map((row, index) => exampleOf(row, groups[index]!, source, runtime));
  return { examples, metrics: metricsOf(groups, examples), tokens: tokensOf(groups) };
}

/** Where no compiler looked: a prompt and candidates of token ids. */
const isGroup = (group: Partial<Group> | undefined): boolean =>
  isIds(group?.prompt) &&
  Array.isArray(group?.candidates) &&
  (group.candidates as readonly (Partial<Group["candidates"][number]> | undefined)[]).every((each) => isIds(each?.ids));
const isIds = (ids: unknown): boolean => ids instanceof Int32Array;

function toolsOf(who: string, { policy, sampling, seed }: Runtime, { step, training }: Moment): GenerationTools {
  let calls = 0;
  return {
    decode: sampling.decode,
    generate: (prompts, { count, ...spec }) => {
      if (!Number.isInteger(count) || count < 1)
        throw new TokenwiseError("TW_E_GENERATION_OPTIONS", `${who}: count: expected a whole number, found ${count}`, {
          hint: "count is how many continuations of each prompt are drawn",
        });
      const repeated = prompts.flatMap((prompt) => Array.from({ length: count }, () => prompt));
      const options = {
        ...spec,
        stopTokens: sampling.stopTokens,
        seed: seedFrom(seed, training ? step : "evaluation", "source", calls++),
      };
      const drawn = placing(who, () => sampling.generate(policy, repeated, options));
      return Promise.resolve(prompts.map((_, index) => drawn.slice(count * index, count * (index + 1))));
    },
  };
}

/** The row's place and prompt with the group's candidates; places that are left are missing ones. */
function exampleOf(
  { source: place, prompt }: PreferenceExample,
  group: Group,
  source: GroupSource,
  { policy, sampling }: Runtime,
): PreferenceExample {
  const row = placeOf({ source: place } as PreferenceExample);
  const { candidates } = group;
  const { vocabSize, maxPositionEmbeddings } = policy.config;
  if (group.prompt.length !== prompt.length || group.prompt.some((id, at) => id !== prompt[at]))
    throw refused(source, `gives ${row} the group of another prompt`);
  if (candidates.length < 2 || candidates.length > source.groupSize)
    throw refused(source, `gives ${row} ${candidates.length} candidates, not 2 to ${source.groupSize}`);
  candidates.forEach(({ ids, reward }, at) => {
    const which = `candidate ${at} of ${row}`;
    if (ids.length === 0) throw refused(source, `gives an empty completion: ${which}`);
    if (!Number.isFinite(Math.fround(reward))) throw refused(source, `gives the reward ${reward} to ${which}`);
    const outside = ids.find((id) => id < 0 || id >= vocabSize);
    if (outside !== undefined) throw refused(source, `gives token id ${outside} of ${vocabSize} to ${which}`);
    if (prompt.length + ids.length > maxPositionEmbeddings)
      throw refused(source, `gives ${which} ${ids.length} tokens, more than the model has positions for`);
  });
  const rewards = candidates.map(({ reward }) => reward);
  if (!isWithinSingle(rewards))
    throw refused(source, `gives ${row} rewards further apart than numbers of 32 bits hold: ${rewards.join(", ")}`);
  const missing = Array.from({ length: source.groupSize - candidates.length }, () => null);
  const ended = (ids: Int32Array): number => Number(sampling.stopTokens.includes(ids.at(-1)!));
  return {
    source: place,
    prompt,
    candidates: [...candidates.map(({ ids }) => ({ ids, content: ids.length - ended(ids) })), ...missing],
    rewards: [...rewards, ...missing.map(() => 0)],
  };
}

function metricsOf(groups: readonly Group[], examples: readonly PreferenceExample[]): SampledStep["metrics"] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (values: readonly number[]): number =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
  const rewards = groups.map(({ candidates }) => candidates.map(({ reward }) => reward));
  const candidates = examples.flatMap((example) => example.candidates.filter((candidate) => candidate !== null));
  return {
    reward: mean(rewards.flat()),
    reward_std: mean(rewards.map(deviation)),
    frac_reward_zero_std: mean(rewards.map((own) => Number(new Set(own.map(Math.fround)).size === 1))),
    "completions/mean_length": mean(candidates.map(({ ids }) => ids.length)),
    "completions/clipped_ratio": mean(candidates.map(({ ids, content }) => Number(content === ids.length))),
  };
}

const tokensOf = (groups: readonly Group[]): number =>
  groups.reduce(
    (sum, { prompt, candidates }) => candidates.reduce((all, { ids }) => all + prompt.length + ids.length, sum),
    0,
  );

const refused = ({ name }: GroupSource, what: string): TokenwiseError =>
  new TokenwiseError("TW_E_SOURCE_GROUPS", `the source "${name}" ${what}`, {
    hint: "next() returns a group for each prompt, in their order, of at least two non-empty candidates, ids an Int32Array, with finite rewards",
  });
