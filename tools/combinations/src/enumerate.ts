/** Choices of parts: all of them, those that hold given parts, and few that hold every two that go together. */
import type { Combination } from "./combination.ts";
import { places, required, type Parts, type Place } from "./parts.ts";

/** Those of which a method of one objective is the product. */
export const factors: readonly Place[] = ["weighter", "beta", "scorer", "loss"];

/** What may stand at a place; undefined: the default, where there is one. */
const choices = (parts: Parts, place: Place): readonly (string | undefined)[] =>
  required.includes(place) ? parts[place] : [undefined, ...parts[place]];

/** Every choice at the places given, over what is chosen already. */
export function* allCombinations(
  parts: Parts,
  of: readonly Place[] = factors,
  chosen: Combination = {},
): Generator<Combination> {
  const [place, ...rest] = of;
  if (place === undefined) {
    yield chosen;
    return;
  }
  for (const name of choices(parts, place))
    yield* allCombinations(parts, rest, name === undefined ? chosen : { ...chosen, [place]: name });
}

/** The first accepted combination that holds the parts given, others only where a method must have them. */
export function firstAccepted(
  parts: Parts,
  chosen: Combination,
  isAccepted: (combination: Combination) => boolean,
): Combination | undefined {
  const open = required.filter((place) => chosen[place] === undefined);
  for (const combination of allCombinations(parts, open, chosen)) if (isAccepted(combination)) return combination;
  return undefined;
}

interface Choice {
  readonly place: Place;
  readonly name: string | undefined;
}
const keyOf = (one: Choice, other: Choice): string => JSON.stringify([one, other]);

/** Every two places with what stands there; nothing counts as a choice. */
export function pairsOf(combination: Combination, of: readonly Place[] = places): readonly string[] {
  const at = of.map((place): Choice => ({ place, name: combination[place] }));
  return at.flatMap((one, index) => at.slice(index + 1).map((other) => keyOf(one, other)));
}

/**
 * A pairwise covering set, greedily: accepted combinations among which every two choices stand together that do so in an accepted
 * one. Each row begins with a pair that is not covered yet, and takes place by place what covers most.
 */
export function coveringCombinations(
  parts: Parts,
  isAccepted: (combination: Combination) => boolean,
): readonly Combination[] {
  const open = new Set<string>();
  const rows: Combination[] = [];
  places.forEach((place, index) => {
    for (const name of choices(parts, place))
      for (const other of places.slice(index + 1))
        for (const otherName of choices(parts, other))
          open.add(keyOf({ place, name }, { place: other, name: otherName }));
  });
  for (const pair of open) {
    const row = grow(parts, JSON.parse(pair) as readonly Choice[], open, isAccepted);
    open.delete(pair);
    if (!row) continue;
    rows.push(row);
    for (const covered of pairsOf(row)) open.delete(covered);
  }
  return rows;
}

function grow(
  parts: Parts,
  pair: readonly Choice[],
  open: ReadonlySet<string>,
  isAccepted: (combination: Combination) => boolean,
): Combination | undefined {
  const having = (chosen: Combination, { place, name }: Choice): Combination =>
    name === undefined ? chosen : { ...chosen, [place]: name };
  let chosen = pair.reduce(having, {});
  if (!firstAccepted(parts, chosen, isAccepted)) return undefined;
  const decided = new Set(pair.map(({ place }) => place));
  for (const place of places.filter((each) => !decided.has(each))) {
    decided.add(place);
    const gain = (next: Combination): number => pairsOf(next, [...decided]).filter((key) => open.has(key)).length;
    const best = choices(parts, place)
      .map((name) => having(chosen, { place, name }))
      .toSorted((one, other) => gain(other) - gain(one))
      .find((next) => firstAccepted(parts, next, isAccepted));
    chosen = best ?? chosen;
  }
  return firstAccepted(parts, chosen, isAccepted);
}
