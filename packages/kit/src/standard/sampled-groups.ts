import { z } from "zod";
import { complaintsOf, shown, spoken } from "../complaints.ts";
import type { Group, GroupSource } from "../contract/group-source.ts";
import type { SampleSpec } from "../contract/samples.ts";
import { TokenwiseError } from "../errors.ts";

/** Scores the responses to one prompt, texts without special tokens: one finite number each, the higher the better. */
export type RewardFunction = (sampled: {
  readonly prompt: string;
  readonly responses: readonly string[];
}) => readonly number[] | Promise<readonly number[]>;

export interface SampledGroupsOptions extends Partial<SampleSpec> {
  readonly reward: RewardFunction;
  /** Responses to each prompt; default 8. */
  readonly groupSize?: number;
}

const schema = z.strictObject({
  reward: z.custom<RewardFunction>((value) => typeof value === "function", "expected a function"),
  groupSize: z.int().min(2).default(8),
  maxNewTokens: z.int().positive().default(128),
  temperature: z.number().positive().default(1),
  topK: z.int().positive().optional(),
  topP: z.number().gt(0).max(1).optional(),
});

/**
 * On-policy groups: `groupSize` responses to each prompt, sampled from the policy as it is, scored by a function of the user's.
 *
 * The function is called once for each prompt of a step, for all at the same time; what it returns has to depend on its input alone, or a
 * resumed run differs from one that was never stopped.
 *
 * @example const method = { ...someMethod, source: sampledGroups({ groupSize: 8, reward: ({ responses }) => responses.map(score) }) };
 * @throws TW_E_OPTIONS  for options that make no sense.
 * @throws TW_E_REWARD_FUNCTION, TW_E_REWARD_VALUES  in a step, if the function throws, or gives anything but a finite number for each response.
 */
export function sampledGroups(options: SampledGroupsOptions): GroupSource {
  const parsed = schema.safeParse(options);
  if (!parsed.success)
    throw new TokenwiseError(
      "TW_E_OPTIONS",
      `sampled-groups: ${spoken(complaintsOf(schema, options, parsed.error, "option"))}`,
      { hint: `options of sampled-groups: ${Object.keys(schema.shape).join(", ")}` },
    );
  const { reward, groupSize, topK, topP, ...rest } = parsed.data;
  const spec: SampleSpec = { ...rest, ...(topK !== undefined && { topK }), ...(topP !== undefined && { topP }) };
  return {
    name: "sampled-groups",
    options: { ...spec },
    groupSize,
    async next(prompts, { generate, decode }) {
      const sampled = await generate(prompts, { ...spec, count: groupSize });
      return Promise.all(
        prompts.map(async (prompt, index): Promise<Group> => {
          const responses = sampled[index]!;
          // Frozen: a function that sorts them in place would give each the reward of another.
          const rewards = await scored(reward, decode(prompt), Object.freeze(responses.map(decode)));
          return { prompt, candidates: responses.map((ids, at) => ({ ids, reward: rewards[at]! })) };
        }),
      );
    },
  };
}

async function scored(
  reward: RewardFunction,
  prompt: string,
  responses: readonly string[],
): Promise<readonly number[]> {
  const to = `the ${responses.length} responses to "${prompt.length > 60 ? `…${prompt.slice(-60)}` : prompt}"`;
  let values: unknown;
  try {
    values = await reward({ prompt, responses });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TokenwiseError("TW_E_REWARD_FUNCTION", `the reward function throws for ${to}: ${why}`, {
      hint: "correct it, or let it catch what may fail and give such responses a low reward",
      cause,
    });
  }
  if (!Array.isArray(values) || values.length !== responses.length)
    throw wrong(`${Array.isArray(values) ? `${values.length} values` : shown(values)} for ${to}`);
  const bad = values.findIndex((value) => typeof value !== "number" || !Number.isFinite(Math.fround(value)));
  if (bad >= 0) throw wrong(`${shown(values[bad])} for response ${bad} of ${to}: "${responses[bad]!.slice(0, 60)}"`);
  return values as readonly number[];
}

const wrong = (what: string): TokenwiseError =>
  new TokenwiseError("TW_E_REWARD_VALUES", `the reward function gives ${what}`, {
    hint: "return one finite number for each response, in their order",
  });
