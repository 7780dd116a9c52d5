/**
 * p-values adjusted for their number, step down: who is called significant at an adjusted p below α is wrongly so in at most a share α of
 * all families, whatever depends on what.
 *
 *     p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j))        [Holm 1979]
 *
 * @returns in the order given.
 */
export function holm(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const adjusted = Array<number>(values.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * values[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
