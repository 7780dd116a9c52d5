/** The annotators of a method's parts. */
import { stableJson, TokenwiseError, type Annotator, type Method } from "@tokenwise/kit";
import type { PreferenceExample } from "@tokenwise/data";
import { listParts } from "../plan/parts.ts";

/**
 * Each once, in the order of the parts.
 *
 * @throws TW_E_COLUMN_CLASH  if two of them compute one column in different ways.
 */
export function annotatorsOf(method: Method): readonly Annotator[] {
  const found = new Map<string, Annotator>();
  for (const annotator of listParts(method).flatMap(({ part }) => part.annotators ?? []))
    found.set(stableJson([annotator.name, annotator.fingerprint]), annotator);
  const annotators = [...found.values()];
  for (const column of annotators.flatMap(({ columns }) => columns)) {
    const [one, other] = annotators.filter(({ columns }) => columns.includes(column));
    if (one && other)
      throw new TokenwiseError(
        "TW_E_COLUMN_CLASH",
        `the column "${column}" is computed by ${one.name} with two sets of options, or also by ${other.name}`,
        { hint: "give the parts that read it the same options" },
      );
  }
  return annotators;
}

/** Whether every row has the annotator's columns already. */
export const hasColumns = (examples: readonly PreferenceExample[], { columns }: Annotator): boolean =>
  examples.every((example) => columns.every((name) => example.columns?.[name] !== undefined));

/** @throws TW_E_ANNOTATION_MODEL  for a role that no annotator of the method has. */
export function checkRoles(annotators: readonly Annotator[], models: Readonly<Record<string, unknown>>): void {
  const roles = [...new Set(annotators.flatMap((annotator) => annotator.models))];
  const unknown = Object.keys(models).find((role) => !roles.includes(role));
  if (unknown === undefined) return;
  throw new TokenwiseError("TW_E_ANNOTATION_MODEL", `no annotator of the method has a model "${unknown}"`, {
    hint: roles.length > 0 ? `its models are: ${roles.join(", ")}` : "leave the models of annotation out",
  });
}
