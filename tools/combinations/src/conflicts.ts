/** Why combinations are refused, said of as few parts as can be. */
import type { Combination } from "./combination.ts";
import { allCombinations, firstAccepted } from "./enumerate.ts";
import { places, required, type Parts, type Place } from "./parts.ts";
import { accepted, type Refusal, type Verdict } from "./verdict.ts";

export interface Conflict extends Refusal {
  /** No accepted combination holds these parts; of fewer of them one does. */
  readonly parts: Combination;
}

/**
 * Parts that go with nothing, two that do not go together, and combinations of the product of weighters, β controllers, scorers and
 * losses that are refused though every two of their parts go together: a combination is refused if and only if it holds one of them.
 */
export function conflictsOf(parts: Parts, verdictOf: (combination: Combination) => Verdict): readonly Conflict[] {
  const isAccepted = (combination: Combination): boolean => accepted(verdictOf(combination));
  const conflicts: Conflict[] = [];
  const add = (chosen: Combination): void => {
    if (conflicts.some((conflict) => holds(chosen, conflict.parts))) return;
    if (firstAccepted(parts, chosen, isAccepted)) return;
    conflicts.push({ parts: chosen, ...reasonOf(parts, chosen, verdictOf) });
  };
  const each = places.flatMap((place) => parts[place].map((name) => ({ place, name })));
  for (const { place, name } of each) add({ [place]: name });
  for (const one of each)
    for (const other of each)
      if (places.indexOf(one.place) < places.indexOf(other.place))
        add({ [one.place]: one.name, [other.place]: other.name });
  for (const combination of allCombinations(parts)) if (!isAccepted(combination)) add(combination);
  return conflicts;
}

const holds = (combination: Combination, those: Combination): boolean =>
  Object.entries(those).every(([place, name]) => combination[place as Place] === name);

/** Of combinations that are accepted with another part in the place of one of these, or none there: why they are refused with these. */
function reasonOf(parts: Parts, chosen: Combination, verdictOf: (combination: Combination) => Verdict): Refusal {
  const open = required.filter((place) => chosen[place] === undefined);
  const these = places.filter((place) => chosen[place] !== undefined);
  for (const combination of allCombinations(parts, open, chosen)) {
    const others = these.flatMap((place) => [...allCombinations(parts, [place], without(place, combination))]);
    const verdict = verdictOf(combination);
    if (!accepted(verdict) && others.some((other) => accepted(verdictOf(other)))) return verdict.refusal;
  }
  throw new Error(`no other part in place of one of ${JSON.stringify(chosen)} is accepted`);
}

const without = (place: Place, combination: Combination): Combination =>
  Object.fromEntries(Object.entries(combination).filter(([key]) => key !== place));
