/** What methods weigh tokens by, obtained as a user would: `annotate`, then `inspect`. */
import { annotate, inspect, type AnnotatedShare, type InspectedToken, type LanguageModel } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import type { Pair } from "../demo/pairs.ts";

/** By response: chosen and rejected of the first pair, then of the second; text tokens alone. */
export type ByToken = readonly (readonly number[])[];

export interface Inspecting {
  readonly reference: LanguageModel;
  readonly pairs: readonly Pair[];
  readonly method: Method;
  /** Whose weights they are; a folder may have trained tensors of parts. Default: the reference, as before training. */
  readonly policy?: string | LanguageModel;
  /** By the roles of the method's annotators. */
  readonly models?: Readonly<Record<string, LanguageModel>>;
}

export interface Inspected {
  readonly tokens: readonly (readonly InspectedToken[])[];
  /** What annotators give, by column. */
  readonly columns: Readonly<Record<string, ByToken>>;
  readonly shares: readonly AnnotatedShare[];
}

/** Text tokens as the method sees them, with the columns that it reads. */
export async function inspectTokens({ reference, pairs, method, policy, models = {} }: Inspecting): Promise<Inspected> {
  const { examples, shares } = await annotate({ model: reference, data: pairs, method, models });
  const { groups } = await inspect({
    ...{ model: policy ?? reference, reference, method, data: examples },
    annotation: { models: { ...models } },
  });
  const tokens = groups.flatMap(({ candidates }) =>
    candidates.map((candidate) => (candidate?.tokens ?? []).filter(({ content }) => content)),
  );
  const names = new Set(examples.flatMap(({ columns }) => Object.keys(columns ?? {})));
  const columns = Object.fromEntries(
    [...names].map((name) => [
      name,
      examples.flatMap((example) =>
        example.candidates.map((candidate, index) => [
          ...example.columns![name]![index]!.slice(0, candidate?.content ?? 0),
        ]),
      ),
    ]),
  );
  return { tokens, columns, shares };
}

export const byToken = (
  { tokens }: Pick<Inspected, "tokens">,
  value: (token: InspectedToken, index: number) => number,
): ByToken => tokens.map((of) => of.map(value));
