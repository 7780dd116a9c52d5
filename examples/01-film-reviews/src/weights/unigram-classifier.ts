import { split } from "../world/text.ts";

export interface LabelledTexts {
  readonly chosen: string;
  readonly rejected: string;
}

/** Newton's method would need 335² numbers; with so few words plain descent is done in seconds. */
const iterations = 400;

/**
 * A bag-of-words logistic regression of preferences:
 *
 *     P(chosen ≻ rejected) = σ(Σ_w c_w (n_w(chosen) − n_w(rejected))),    minimized: mean −log P + ½ decay ‖c‖²
 *
 * by accelerated gradient descent from 0, with the step that the largest difference allows. [Nesterov 1983]
 *
 * @returns c by word; a word that is in no pair has none.
 */
export function unigramCoefficients(pairs: readonly LabelledTexts[], decay = 1e-3): ReadonlyMap<string, number> {
  const differences = pairs.map(difference);
  const words = [...new Set(differences.flatMap((of) => [...of.keys()]))];
  const indexOf = new Map(words.map((word, index) => [word, index]));
  const rows = differences.map((of) => [...of].map(([word, count]) => [indexOf.get(word)!, count] as const));
  const largest = Math.max(0, ...rows.map((row) => row.reduce((sum, [, count]) => sum + count ** 2, 0)));
  const step = 1 / (largest / 4 + decay);
  let [before, at] = [new Float64Array(words.length), new Float64Array(words.length)];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const gradient = at.map((value) => decay * value);
    for (const row of rows) {
      const margin = row.reduce((sum, [word, count]) => sum + at[word]! * count, 0);
      const pull = 1 / (1 + Math.exp(margin)) / rows.length;
      for (const [word, count] of row) gradient[word]! -= pull * count;
    }
    const next = at.map((value, word) => value - step * gradient[word]!);
    const momentum = (iteration - 1) / (iteration + 2);
    at = next.map((value, word) => value + momentum * (value - before[word]!));
    before = next;
  }
  return new Map(words.map((word, index) => [word, before[index]!]));
}

function difference({ chosen, rejected }: LabelledTexts): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of split(chosen)) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const word of split(rejected)) counts.set(word, (counts.get(word) ?? 0) - 1);
  return new Map([...counts].filter(([, count]) => count !== 0));
}
