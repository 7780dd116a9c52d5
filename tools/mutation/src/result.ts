/** What became of the changes to a plugin, and whether that is enough. */
import type { Change, Mutant } from "./mutants.ts";

/** A change that no test can notice, and why. */
export interface Explained extends Change {
  readonly why: string;
}

export interface Result {
  readonly plugin: string;
  /** Changes that could be tried: noticed, not noticed, or in code that no test runs. */
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  readonly uncovered: number;
  /** Share of the changes that the tests noticed; those that cannot be noticed count as not noticed. */
  readonly score: number;
  readonly explained: readonly Explained[];
  readonly unexplained: readonly Mutant[];
  /** Explanations of changes that are noticed, or that there are not. */
  readonly stale: readonly Explained[];
}

/** Of the changes to each plugin, the tests must notice this share. */
export const bar = 0.9;

const isSame = (one: Change, other: Change): boolean =>
  one.file === other.file && one.from === other.from && one.to === other.to;

export function resultOf(plugin: string, mutants: readonly Mutant[], explanations: readonly Explained[]): Result {
  const having = (...statuses: readonly string[]): readonly Mutant[] =>
    mutants.filter(({ status }) => statuses.includes(status));
  const noticed = having("Killed", "Timeout");
  const survivors = having("Survived", "NoCoverage");
  // A busy machine may take its time with any change: that alone proves no explanation wrong.
  const open = having("Survived", "NoCoverage", "Timeout");
  const [killed, mutantCount] = [noticed.length, noticed.length + survivors.length];
  return {
    plugin,
    mutants: mutantCount,
    killed,
    survived: having("Survived").length,
    uncovered: having("NoCoverage").length,
    score: killed / mutantCount,
    explained: explanations.filter((each) => survivors.some((mutant) => isSame(each, mutant))),
    unexplained: survivors.filter((mutant) => !explanations.some((each) => isSame(each, mutant))),
    stale: explanations.filter((each) => !open.some((mutant) => isSame(each, mutant))),
  };
}

/** What is not as it must be. */
export const problemsOf = ({ plugin, score, stale }: Result): readonly string[] => [
  ...(score >= bar
    ? []
    : [`${plugin}: the tests notice ${percent(score)} of the changes, and must notice ${percent(bar)}`]),
  ...stale.map((change) => `${plugin}: survivors.json explains what does not survive, ${told(change)}`),
];

/** What somebody should look at: a test that is missing, or code that does nothing, or a reason that is not written down. */
export const survivorsOf = ({ plugin, unexplained }: Result): readonly string[] =>
  unexplained.map((mutant) => `${plugin}: no test notices, ${told(mutant)}`);

const told = ({ file, from, to }: Change): string => `in ${file}\n  - ${from}\n  + ${to}`;

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
