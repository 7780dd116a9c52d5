/** Comparisons that say what differs, where, and by how much. */

/** A property does not hold. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}

export function violated(problem: string): never {
  throw new ContractViolation(problem);
}

export const shown = (value: number | undefined): string =>
  value === undefined ? "nothing" : Number.isInteger(value) ? String(value) : value.toPrecision(7);

export interface Tolerance {
  /** Of the difference, relative to the largest expected entry of the list. 0: bit for bit. */
  readonly relative: number;
  /** Below it nothing differs. */
  readonly absolute?: number;
}

/** @throws ContractViolation naming the entry that differs most. */
export function expectClose(
  what: string,
  actual: readonly number[],
  expected: readonly number[],
  { relative, absolute = 0 }: Tolerance,
): void {
  if (actual.length !== expected.length)
    violated(`${what} has ${actual.length} numbers, expected are ${expected.length}`);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const allowed = Math.max(relative * scale, absolute);
  let worst = -1;
  let most = -1;
  actual.forEach((value, index) => {
    const apart =
      Object.is(value, expected[index]) || value === expected[index] ? 0 : Math.abs(value - expected[index]!);
    const counted = Number.isNaN(apart) ? Infinity : apart;
    if (counted > most) [worst, most] = [index, counted];
  });
  if (most <= allowed) return;
  const place = expected.length > 1 ? `${what}, entry ${worst} of ${expected.length},` : what;
  const limit = allowed === 0 ? "the same bits are expected" : `allowed is ${shown(allowed)}`;
  violated(`${place} is ${shown(actual[worst])}, expected ${shown(expected[worst])} (${limit})`);
}
