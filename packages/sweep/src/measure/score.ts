import { TokenwiseError } from "@tokenwise/kit";

/** The reward of one completion, a text without special tokens: a finite number, the higher the better. */
export type Reward = (prompt: string, completion: string) => number | Promise<number>;

/**
 * @throws TW_E_REWARD_FUNCTION  if the function throws, or its promise is rejected.
 * @throws TW_E_REWARD_VALUES  if it gives anything but a finite number.
 */
export async function score(reward: Reward, prompt: string, completion: string): Promise<number> {
  const place = `for the completion ${quoted(completion)} of the prompt ${quoted(prompt)}`;
  let value: unknown;
  try {
    value = await reward(prompt, completion);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TokenwiseError("TW_E_REWARD_FUNCTION", `the reward function throws ${place}: ${why}`, {
      hint: "correct it, or let it catch what may fail and give such completions a low reward",
      cause,
    });
  }
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const what = typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
  throw new TokenwiseError("TW_E_REWARD_VALUES", `the reward function gives ${what} ${place}`, {
    hint: "return one finite number for each completion",
  });
}

const longest = 200;

const quoted = (text: string): string => JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
