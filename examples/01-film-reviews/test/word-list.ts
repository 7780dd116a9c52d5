/** The best list of words with one number each: what a reader without grammar could know. Tests compare the world with it. */
import { split } from "../src/world/text.ts";

export type WordList = (text: string) => number;

/**
 * Linear regression of rewards on word counts, by least squares with a small ridge (counts are collinear: every review ends with a stop).
 */
export function fitWordList(texts: readonly string[], rewards: readonly number[], ridge = 1): WordList {
  const rows = texts.map(split);
  const columns = new Map([...new Set(rows.flat())].map((word, index) => [word, index]));
  const size = columns.size + 1;
  const countsOf = (words: readonly string[]) => {
    const counts = new Map<number, number>([[size - 1, 1]]);
    for (const word of words) {
      const column = columns.get(word);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    return counts;
  };
  const matrix = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (_, column) => (row === column ? ridge : 0)),
  );
  const right = new Float64Array(size);
  rows.map(countsOf).forEach((counts, index) => {
    for (const [row, count] of counts) {
      right[row]! += count * rewards[index]!;
      for (const [column, other] of counts) matrix[row]![column]! += count * other;
    }
  });
  const weights = solve(matrix, right);
  return (text) => [...countsOf(split(text))].reduce((sum, [column, count]) => sum + count * weights[column]!, 0);
}

/** Gaussian elimination in place; positive definite matrices need no pivoting. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      if (factor === 0) continue;
      for (let column = pivot; column < size; column++) matrix[row]![column]! -= factor * matrix[pivot]![column]!;
      right[row]! -= factor * right[pivot]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let column = row + 1; column < size; column++) right[row]! -= matrix[row]![column]! * right[column]!;
    right[row]! /= matrix[row]![row]!;
  }
  return right;
}
