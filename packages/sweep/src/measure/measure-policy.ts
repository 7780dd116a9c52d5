/** What a policy is worth: the reward of its own samples, and how far it went from the reference for it. */
import { evaluate, readRequests, type EvaluateOptions, type LanguageModel } from "@tokenwise/core";
import type { PreferenceExample } from "@tokenwise/data";
import { dpo, reverseKl, sequenceSum, TokenwiseError } from "@tokenwise/kit";
import { meanOf } from "../statistics/interval.ts";
import { promptOf, samplePrompts, type Prompt, type Sampled, type SampleOptions } from "./sample.ts";
import { score, type Reward } from "./score.ts";

export interface MeasureOptions extends SampleOptions {
  /** Texts, or texts with their tokens, such as `readPrompts` gives them. */
  readonly prompts: readonly (string | Prompt)[];
  readonly reward: Reward;
  /** Held-out pairs for the accuracy; without them it is not measured. */
  readonly pairs?: EvaluateOptions["data"];
}

export interface ScoredSample extends Sampled {
  readonly reward: number;
  /** Σ_t KL(π(· | y<t) ‖ π_ref(· | y<t)) along this sample, nats. */
  readonly kl: number;
}

/** Means over the samples of one prompt. */
export interface MeasuredPrompt {
  readonly prompt: string;
  readonly reward: number;
  readonly kl: number;
  /** Tokens, with the end token. */
  readonly length: number;
  readonly samples: readonly ScoredSample[];
}

export interface Measured {
  /** Means over prompts. */
  readonly reward: number;
  readonly kl: number;
  readonly length: number;
  /** Share of the samples that ended by themselves; of the others, reward and KL are of what there is. */
  readonly ended: number;
  /** Share of held-out pairs in which the policy, against the reference, prefers what was chosen. */
  readonly accuracy?: number;
  /** In the order given, so that what is measured on the same prompts can be compared prompt by prompt. */
  readonly prompts: readonly MeasuredPrompt[];
}

/**
 * Samples the policy at temperature 1 and scores the samples.
 *
 *     KL(π ‖ π_ref) = E_{y∼π} Σ_t Σ_v π(v | y<t) [log π(v | y<t) − log π_ref(v | y<t)]
 *
 * exact over the vocabulary at each step and summed along the policy's own samples; less noisy than log π(y) − log π_ref(y), and never negative.
 *
 * @throws TW_E_REWARD_FUNCTION, TW_E_REWARD_VALUES  with the prompt and the completion, if the reward function throws or gives no finite number.
 * @throws TW_E_OPTIONS  without prompts or samples.
 */
export async function measurePolicy(
  policy: LanguageModel,
  reference: LanguageModel,
  { prompts: given, reward, pairs, ...sampling }: MeasureOptions,
): Promise<Measured> {
  checkSizes(given.length, sampling);
  const prompts = given.map((prompt) => promptOf(policy, prompt));
  const sampled = samplePrompts(policy, prompts, sampling);
  const scored: number[][] = [];
  for (const [index, { text }] of prompts.entries())
    scored.push(await Promise.all(sampled[index]!.map((sample) => score(reward, text, sample.text))));
  const kls = await klOf(policy, reference, prompts, sampled);
  const measured = prompts.map(({ text }, index): MeasuredPrompt => {
    const samples = sampled[index]!.map((sample, at) => ({
      ...sample,
      reward: scored[index]![at]!,
      kl: kls[index]![at]!,
    }));
    return {
      prompt: text,
      reward: meanOf(samples.map((sample) => sample.reward)),
      kl: meanOf(samples.map(({ kl }) => kl)),
      length: meanOf(samples.map(({ ids }) => ids.length)),
      samples,
    };
  });
  return {
    reward: meanOf(measured.map((prompt) => prompt.reward)),
    kl: meanOf(measured.map(({ kl }) => kl)),
    length: meanOf(measured.map(({ length }) => length)),
    ended: meanOf(measured.flatMap(({ samples }) => samples.map(({ ended }) => Number(ended)))),
    ...(pairs !== undefined && { accuracy: await accuracyOf(policy, reference, pairs) }),
    prompts: measured,
  };
}

/** [P][samples], nats. */
async function klOf(
  policy: LanguageModel,
  reference: LanguageModel,
  prompts: readonly Prompt[],
  sampled: readonly (readonly Sampled[])[],
): Promise<readonly (readonly number[])[]> {
  const examples = prompts.flatMap(({ text, ids: prompt }, index) =>
    sampled[index]!.map(({ ids }): PreferenceExample => ({
      source: { file: text, line: index + 1 },
      prompt,
      candidates: [{ ids, content: ids.length }],
    })),
  );
  const needs = { kl: sequenceSum(reverseKl) };
  const { kl } = await readRequests({ policy: policy.model, reference: reference.model, examples, needs });
  const samples = sampled[0]!.length;
  return prompts.map((_, index) => kl.slice(index * samples, (index + 1) * samples).map(([value]) => value!));
}

/** Of the sign of the implicit reward alone, so that any β serves. */
async function accuracyOf(
  model: LanguageModel,
  reference: LanguageModel,
  data: EvaluateOptions["data"],
): Promise<number> {
  const { metrics } = await evaluate({ model, reference, data, method: dpo() });
  return metrics["rewards/accuracies"]!;
}

function checkSizes(prompts: number, { samplesPerPrompt, maxNewTokens }: SampleOptions): void {
  for (const [name, value] of Object.entries({ prompts, samplesPerPrompt, maxNewTokens }))
    if (!Number.isInteger(value) || value < 1)
      throw new TokenwiseError("TW_E_OPTIONS", `measurePolicy: ${name} is ${value}`, {
        hint: "give one prompt, one sample of each and one token at least",
      });
}
