import { describe, expect, it } from "vitest";
import type { GenerationTools } from "../contract/group-source.ts";
import { sampledGroups, type RewardFunction, type SampledGroupsOptions } from "./sampled-groups.ts";

/** Response c to a prompt is the prompt's tokens c times. */
const tools: GenerationTools = {
  generate: (prompts, { count }) =>
    Promise.resolve(
      prompts.map((prompt) => Array.from({ length: count }, (_, c) => Int32Array.from([...prompt, c + 10]))),
    ),
  decode: (ids) => [...ids].join(" "),
};
const prompts = [Int32Array.of(1, 2), Int32Array.of(3)];
const groupsOf = (reward: RewardFunction, more: Partial<SampledGroupsOptions> = {}) =>
  sampledGroups({ groupSize: 2, reward, ...more }).next(prompts, tools);

describe("sampled groups", () => {
  it("are scored prompt by prompt, in order, though the rewards come when they come", async () => {
    const groups = await groupsOf(async ({ prompt, responses }) => {
      await new Promise((resolve) => setTimeout(resolve, prompt === "1 2" ? 20 : 0));
      return responses.map((response) => Number(response.split(" ").at(-1)) + prompt.length);
    });
    expect(groups.map(({ prompt }) => [...prompt])).toEqual([[1, 2], [3]]);
    expect(groups.map(({ candidates }) => candidates.map(({ reward }) => reward))).toEqual([
      [13, 14],
      [11, 12],
    ]);
  });

  it.each([
    ["throws", () => { throw new Error("no connection"); }, "TW_E_REWARD_FUNCTION", /throws for the 2 responses to "1 2": no connection/], // prettier-ignore
    ["rejects", () => Promise.reject(new Error("late")), "TW_E_REWARD_FUNCTION", /late/],
    ["gives NaN", () => [1, NaN], "TW_E_REWARD_VALUES", /NaN for response 1/],
    ["gives infinity", () => [Infinity, 0], "TW_E_REWARD_VALUES", /Infinity for response 0/],
    ["gives one value too few", () => [1], "TW_E_REWARD_VALUES", /1 values for the 2 responses/],
    ["gives one value too many", () => [1, 2, 3], "TW_E_REWARD_VALUES", /3 values/],
    // prettier-ignore
    ["gives what 32 bits do not hold", () => [0, 1e300], "TW_E_REWARD_VALUES", /1e\+300 for response 1 of the 2 responses/],
    ["gives a number", () => 1 as never, "TW_E_REWARD_VALUES", /gives 1 for the 2 responses/],
    ["gives nothing", () => undefined as never, "TW_E_REWARD_VALUES", /gives undefined for the 2 responses/],
    ["gives texts", () => ["1", "2"] as never, "TW_E_REWARD_VALUES", /"1" for response 0/],
    // prettier-ignore
    ["sorts the responses in place", ({ responses }: { responses: string[] }) => responses.sort().map(() => 1), "TW_E_REWARD_FUNCTION", /read only/],
  ] as const)("a reward function that %s is refused, with the prompt", async (_, reward, code, message) => {
    const error: unknown = await groupsOf(reward as RewardFunction).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it.each([
    [{ groupSize: 1 }, "groupSize"],
    [{ reward: 3 }, "reward"],
    [{ temperature: 0 }, "temperature"],
    [{ maxTokens: 3 }, "maxTokens"],
  ])("%j is refused", (options, name) => {
    const call = () => sampledGroups({ reward: () => [], ...options } as never);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(name);
  });
});
