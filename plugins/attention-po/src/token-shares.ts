/** Responses of fewer tokens keep the first token's share: the released code's bound. */
const shortest = 5;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Of sum 1; even where the judge paid none of it attention. */
function normalized(attention: ArrayLike<number>): readonly number[] {
  const values = Array.from(attention);
  const total = sum(values);
  return values.map((value) => (total > 0 ? value / total : 1 / values.length));
}

/**
 * What share of a judge's attention to an answer each of its tokens has: mean of both presentation orders, of sum 1.
 *
 *   p_t = ½ (α_t / Σ α + α′_t / Σ α′)        p′_t = 1/T for t < k,   else p_t (1 − k/T) / Σ_{u ≥ k} p_u
 *
 * @param one, other  attention to the answer's tokens in either order, mean over the heads.
 * @param sinkTokens  k: so many first tokens, on which attention sinks, get the mean share; of five tokens on. 0: none.
 */
export function tokenShares(one: ArrayLike<number>, other: ArrayLike<number>, sinkTokens: number): readonly number[] {
  const [first, second] = [normalized(one), normalized(other)];
  const both = first.map((share, token) => share + second[token]!); // twice p, which the quotient below makes good
  const count = both.length;
  const kept = count < shortest ? 0 : Math.min(sinkTokens, count);
  const rest = sum(both.slice(kept));
  return both.map((share, token) => (token < kept || rest === 0 ? 1 / count : (share * (1 - kept / count)) / rest));
}
