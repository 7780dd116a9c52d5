import type { Report, TokenGroup } from "../../src/report.ts";

/** One row of the heat maps. */
export interface TokenMethod {
  readonly name: string;
  /** The run of that name, whose colour it has. */
  readonly run?: number;
  /** When the tokens were looked at, first the latest. */
  readonly sets: readonly { readonly when: string; readonly groups: readonly TokenGroup[] }[];
}

export function tokenMethods({ runs, tokens }: Report): readonly TokenMethod[] {
  return [
    ...(tokens?.methods ?? []).map(({ name, groups }): TokenMethod => {
      const run = runs.findIndex((one) => one.name === name);
      return { name, ...(run >= 0 && { run }), sets: [{ when: "", groups }] };
    }),
    ...runs.flatMap(({ name, tokens: sets = [] }, run): TokenMethod[] =>
      sets.length === 0
        ? []
        : [
            {
              name,
              run,
              sets: sets
                .map(({ step, groups }) => ({ when: step === 0 ? "before training" : `after step ${step}`, groups }))
                .reverse(),
            },
          ],
    ),
  ].filter(({ sets }) => sets.some(({ groups }) => groups.length > 0));
}

/** One sentence: the groups of one prompt and the same responses, by method. */
export interface Sentence {
  readonly key: string;
  readonly prompt: string;
  readonly rows: readonly { readonly method: TokenMethod; readonly group: TokenGroup }[];
}

/** @param age  0 for the latest tokens of every method, 1 for those before, … */
export function sentencesOf(methods: readonly TokenMethod[], age: number): readonly Sentence[] {
  const sentences = new Map<string, { prompt: string; rows: { method: TokenMethod; group: TokenGroup }[] }>();
  for (const method of methods)
    for (const group of (method.sets[age] ?? method.sets.at(-1))?.groups ?? []) {
      // Not by its source: methods may read the same rows from different files.
      const texts = group.candidates.map((candidate) => candidate?.tokens.map(({ text }) => text).join(""));
      const key = JSON.stringify([group.prompt, texts]);
      const sentence = sentences.get(key) ?? { prompt: group.prompt, rows: [] };
      sentence.rows.push({ method, group });
      sentences.set(key, sentence);
    }
  return [...sentences].map(([key, sentence]) => ({ key, ...sentence }));
}
