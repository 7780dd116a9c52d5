import { distance } from "fastest-levenshtein";

/** `, did you mean "beta"?` if one of `known` is near `word`, else nothing. */
export function nearest(word: string, known: readonly string[]): string {
  const [best] = known
    .map((name) => ({ name, far: distanceOf(plain(word), plain(name)) }))
    .sort((one, other) => one.far - other.far);
  const allowed = word.length < 3 ? 1 : Math.max(2, word.length / 3);
  return best && best.far <= allowed ? `, did you mean "${best.name}"?` : "";
}

/** learning_rate, learning-rate and learningRate are one word. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "");

/** Shorter beginnings say less. */
const leastPrefix = 3;

/** Changed letters; the beginning of a name is nearer than two of them, the longer the nearer. */
function distanceOf(word: string, name: string): number {
  const letters = distance(word, name);
  const [short, long] = word.length < name.length ? [word, name] : [name, word];
  const isPrefix = short.length >= leastPrefix && long.startsWith(short);
  return isPrefix ? Math.min(letters, 2 - short.length / long.length) : letters;
}
