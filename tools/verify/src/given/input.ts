/** The logits of a case: formulas by name, with what a case changes of them. */
import { valueAt, type Formula } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { isFields, type Case, type Fields, Unreadable } from "../read/case.ts";

/** By its name in the file's `inputs`, the only one there, or the input itself. */
export function inputOf({ fields, file }: Case): Fields {
  const { input, inputOverride } = fields;
  if (isFields(input)) return input;
  const inputs = isFields(file.inputs) ? file.inputs : {};
  const name = String(input);
  // A changed input has a name of its own, which goes on from the name of what it changes.
  const base = Object.keys(inputs)
    .filter((each) => inputOverride !== undefined && name.startsWith(each))
    .sort((a, b) => b.length - a.length)[0];
  const [only, ...more] = Object.values(inputs);
  if (input === undefined && isFields(only) && more.length === 0) return only;
  const found = inputs[name] ?? (base === undefined ? undefined : inputs[base]);
  if (!isFields(found))
    throw new Unreadable(`input: "${name}" is not among the file's inputs (${Object.keys(inputs).join(", ")})`);
  return found;
}

const factor = z.number().default(1);
const overrides = z
  .object({ referenceAmplitudeFactor: factor, policyAmplitudeFactor: factor })
  .default({ referenceAmplitudeFactor: 1, policyAmplitudeFactor: 1 });

/** How many times larger the logits of each model are than the input says. */
export const amplitudes = ({ fields }: Case) => overrides.parse(fields.inputOverride);

export const louder = ({ terms }: Formula, by: number): Formula => ({
  terms: terms.map((term) => ({ ...term, amp: by * term.amp })),
});

/** The few values that an input lists of its formulas, such as `policy_b1_t1_v0to3`. */
export function checkFormulas(findings: Findings, input: Fields, formulas: Readonly<Record<string, Formula>>): void {
  if (!isFields(input.check)) return;
  for (const [name, expected] of Object.entries(input.check)) {
    const [, which = "", b, t, first, last] = /^(\w+?)_b(\d+)_t(\d+)_v(\d+)to(\d+)$/.exec(name) ?? [];
    const formula = formulas[which];
    if (!formula) continue;
    const tokens = Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
    findings.near(
      `input.check.${name}`,
      tokens.map((token) => valueAt(formula, Number(b), Number(t), token)),
      z.array(z.number()).parse(expected),
      { tolerance: findings.tolerances.formula },
    );
  }
}
