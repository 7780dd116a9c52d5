import type { Report, TokenGroup } from "../../src/report.ts";

/** One row of the heat maps. */
export interface TokenMethod {
  readonly name: string;
  /** Decides the colour; undefined for a method that is no run. */
  readonly run?: number;
  /** When the tokens were looked at, first the latest. */
  readonly sets: readonly { readonly when: string; readonly groups: readonly TokenGroup[] }[];
}

export function tokenMethods({ runs, tokens }: Report): readonly TokenMethod[] {
  return [
    ...(tokens?.methods ?? []).map(({ name, groups }): TokenMethod => ({ name, sets: [{ when: "", groups }] })),
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

/** One sentence: the groups of one source, by method. */
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
      const key = `${group.source.file}:${group.source.line}`;
      const sentence = sentences.get(key) ?? { prompt: group.prompt, rows: [] };
      sentence.rows.push({ method, group });
      sentences.set(key, sentence);
    }
  return [...sentences].map(([key, sentence]) => ({ key, ...sentence }));
}
