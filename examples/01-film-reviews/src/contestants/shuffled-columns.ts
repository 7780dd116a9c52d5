import type { PreferenceExample } from "@tokenwise/data";
import { seeded } from "../world/random.ts";

/**
 * The same values of every column, dealt to other tokens: a permutation over all text tokens of all responses. End tokens keep
 * theirs, for they weigh nothing.
 */
export function shuffledColumns(examples: readonly PreferenceExample[], seed: number): readonly PreferenceExample[] {
  const names = new Set(examples.flatMap(({ columns }) => Object.keys(columns ?? {})));
  return [...names].reduce((rows, name) => shuffledColumn(rows, name, seed), examples);
}

function shuffledColumn(examples: readonly PreferenceExample[], name: string, seed: number): PreferenceExample[] {
  const textOf = (example: PreferenceExample) =>
    example.candidates.map((candidate, index) => example.columns![name]![index]!.slice(0, candidate?.content ?? 0));
  const values = examples.flatMap((example) => textOf(example).flatMap((of) => [...of]));
  const random = seeded(seed, `shuffled ${name}`);
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other]!, values[last]!];
  }
  let next = 0;
  return examples.map((example) => {
    const dealt = example.candidates.map((candidate, index) =>
      example.columns![name]![index]!.map((value, token) =>
        token < (candidate?.content ?? 0) ? values[next++]! : value,
      ),
    );
    return { ...example, columns: { ...example.columns, [name]: dealt } };
  });
}
