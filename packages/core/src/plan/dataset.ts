/** What a dataset offers, found out once, so that the planner can refuse before step 1. */
import { TokenwiseError, type GroupSource, type Method } from "@tokenwise/kit";
import type { PreferenceExample } from "@tokenwise/data";

export interface DatasetFeatures {
  readonly size: number;
  /** G */
  readonly groupSize: number;
  /** Two candidates in every row, none missing. */
  readonly pairs: boolean;
  readonly rewards: boolean;
  readonly columns: ReadonlySet<string>;
}

/** The place of an example in its file, for messages. */
export const placeOf = ({ source }: PreferenceExample): string => `${source.file}:${source.line}`;

/**
 * @throws TW_E_NO_DATA          without examples.
 * @throws TW_E_GROUP_SIZE       if rows have different numbers of candidates.
 * @throws TW_E_EXAMPLE          for an empty prompt or response, no candidate, or rewards that are not one finite number each.
 * @throws TW_E_TOKEN_RANGE      if a token id is not in the model's vocabulary.
 * @throws TW_E_TOO_LONG         if a sequence is longer than the model's positions.
 */
export function describeDataset(
  examples: readonly PreferenceExample[],
  limits: { readonly vocabulary: number; readonly positions: number },
): DatasetFeatures {
  const [first] = examples;
  if (!first)
    throw new TokenwiseError("TW_E_NO_DATA", "there are no examples", { hint: "check the data file and its report" });
  const groupSize = first.candidates.length;
  for (const example of examples) {
    if (example.candidates.length !== groupSize)
      throw new TokenwiseError(
        "TW_E_GROUP_SIZE",
        `${placeOf(example)}: ${example.candidates.length} candidates, but ${placeOf(first)} has ${groupSize}`,
        { hint: "fill up with null where a candidate is missing" },
      );
    checkExample(example);
    checkTokens(example, limits);
  }
  return {
    size: examples.length,
    groupSize,
    pairs: groupSize === 2 && examples.every(({ candidates }) => candidates.every((candidate) => candidate !== null)),
    rewards: examples.every(({ rewards }) => rewards !== undefined),
    columns: commonColumns(examples),
  };
}

/** Readers never give such examples; those made by hand may be. */
function checkExample(example: PreferenceExample): void {
  const { prompt, candidates, rewards } = example;
  const refuse = (what: string): never => refuseExample(example, what);
  if (prompt.length === 0) refuse("the prompt has no tokens");
  if (candidates.every((candidate) => candidate === null)) refuse("all candidates are missing");
  if (candidates.some((candidate) => candidate?.ids.length === 0)) refuse("a response has no tokens");
  if (!rewards) return;
  if (rewards.length !== candidates.length) refuse(`${rewards.length} rewards for ${candidates.length} candidates`);
  const known = rewards.filter((_, index) => candidates[index]);
  if (!known.every((reward) => Number.isFinite(Math.fround(reward)))) refuse("a reward is not finite");
  if (!isWithinSingle(known)) refuse(`rewards ${known.join(", ")} are further apart than numbers of 32 bits hold`);
}

/** Parts compare rewards, in 32 bits: their differences have to be finite there too. */
export const isWithinSingle = (rewards: readonly number[]): boolean =>
  Number.isFinite(Math.fround(Math.max(...rewards) - Math.min(...rewards)));

function refuseExample(example: PreferenceExample, what: string): never {
  throw new TokenwiseError("TW_E_EXAMPLE", `${placeOf(example)}: ${what}`, {
    hint: "an example has a prompt, at least one response, each of at least one token, and a reward for each or none",
  });
}

function checkTokens(example: PreferenceExample, limits: { vocabulary: number; positions: number }): void {
  const sequences = [example.prompt, ...example.candidates.flatMap((candidate) => (candidate ? [candidate.ids] : []))];
  for (const ids of sequences) {
    const outside = ids.find((id) => id < 0 || id >= limits.vocabulary);
    if (outside !== undefined)
      throw new TokenwiseError(
        "TW_E_TOKEN_RANGE",
        `${placeOf(example)}: token id ${outside} is outside the model's vocabulary of ${limits.vocabulary}`,
        { hint: "use the tokenizer that belongs to the model" },
      );
  }
  const longest = example.prompt.length + Math.max(0, ...sequences.slice(1).map(({ length }) => length));
  if (longest > limits.positions)
    throw new TokenwiseError(
      "TW_E_TOO_LONG",
      `${placeOf(example)}: ${longest} tokens, the model has ${limits.positions} positions`,
      { hint: "set read.maxLength" },
    );
}

function commonColumns(examples: readonly PreferenceExample[]): ReadonlySet<string> {
  const [first, ...rest] = examples.map(({ columns }) => columns ?? {});
  return new Set(Object.keys(first ?? {}).filter((name) => rest.every((columns) => name in columns)));
}

/**
 * Rows of which the prompts alone are used: a source makes their candidates.
 *
 * @throws TW_E_NO_DATA, TW_E_EXAMPLE, TW_E_TOKEN_RANGE, TW_E_TOO_LONG  as `describeDataset`, for prompts.
 */
export function describePrompts(
  examples: readonly PreferenceExample[],
  { groupSize }: Pick<GroupSource, "groupSize">,
  limits: { readonly vocabulary: number; readonly positions: number },
): DatasetFeatures {
  if (examples.length === 0)
    throw new TokenwiseError("TW_E_NO_DATA", "there are no prompts", { hint: "check the data file and its report" });
  for (const example of examples) {
    if (example.prompt.length === 0) refuseExample(example, "the prompt has no tokens");
    checkTokens(example, limits);
  }
  // A group has at least two candidates: where there is no place for more, none is missing.
  return { size: examples.length, groupSize, pairs: groupSize === 2, rewards: true, columns: new Set() };
}

/** What the rows offer a method: with its source, the prompts alone. @throws as `describeDataset` and `describePrompts`. */
export const describeRows = (
  { source }: Method,
  examples: readonly PreferenceExample[],
  limits: { readonly vocabulary: number; readonly positions: number },
): DatasetFeatures => (source ? describePrompts(examples, source, limits) : describeDataset(examples, limits));

/** What an example is called, in the plural. */
export type ExampleUnit = "pairs" | "groups" | "completions" | "prompts";

export function unitOf({ source }: Method, { groupSize, pairs }: DatasetFeatures): ExampleUnit {
  if (source) return "prompts";
  if (groupSize === 1) return "completions";
  return pairs ? "pairs" : "groups";
}
