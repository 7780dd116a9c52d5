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

/** Of all refusals of combinations with these parts that which most of them have: what the others add has reasons of its own. */
function reasonOf(parts: Parts, chosen: Combination, verdictOf: (combination: Combination) => Verdict): Refusal {
  const open = required.filter((place) => chosen[place] === undefined);
  const counts = new Map<string, { readonly refusal: Refusal; count: number }>();
  for (const combination of allCombinations(parts, open, chosen)) {
    const verdict = verdictOf(combination);
    if (accepted(verdict)) continue;
    const { refusal } = verdict;
    const entry = counts.get(refusal.reason) ?? { refusal, count: 0 };
    entry.count++;
    counts.set(refusal.reason, entry);
  }
  const [most] = [...counts.values()].toSorted((one, other) => other.count - one.count);
  if (!most) throw new Error(`nothing holds ${JSON.stringify(chosen)}`);
  return most.refusal;
}
