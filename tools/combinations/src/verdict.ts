/** What the planner says of a combination, before any step. */
import { planMethod, type Plan, type Registry } from "@tokenwise/core";
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { fromYaml, nameOf, type Combination } from "./combination.ts";
import { featuresOf, type DataKind } from "./data.ts";

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export type Verdict = { readonly plan: Plan } | { readonly refusal: Refusal };

/** Verdicts on data of one kind, each found once. */
export function judge(kind: DataKind, registry: Registry): (combination: Combination) => Verdict {
  const known = new Map<string, Verdict>();
  return (combination) => {
    const key = nameOf(combination);
    const verdict = known.get(key) ?? judged(() => fromYaml(combination, registry), kind);
    known.set(key, verdict);
    return verdict;
  };
}

/** @throws anything that has no code: a refusal has one. */
export function judged(make: () => Method, kind: DataKind): Verdict {
  try {
    const method = make();
    return { plan: planMethod(method, featuresOf(kind, method)) };
  } catch (error) {
    if (!TokenwiseError.is(error)) throw error;
    const [reason = ""] = error.message.split("\n");
    return { refusal: { code: error.code, reason } };
  }
}

export const accepted = (verdict: Verdict): verdict is Extract<Verdict, { readonly plan: Plan }> => "plan" in verdict;
