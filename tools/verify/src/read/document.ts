/** A case file, whatever it is called, as a list of cases. */
import { isFields, type Case, type Fields } from "./case.ts";

/**
 * Cases stand under `cases`, a list or an object by name; a list of objects is a list of cases; an object with a trajectory
 * (`traj`), or a file without cases, is one itself. Objects inside of a file may hold cases of their own.
 */
export function casesOf(document: unknown): readonly Case[] {
  if (Array.isArray(document)) return document.map((each, index) => asCase(`row ${index + 1}`, each, {}));
  if (!isFields(document)) return [];
  const found = within(document, {});
  return found.length > 0 ? found : [{ name: "file", fields: document, file: {} }];
}

function within(fields: Fields, outer: Fields): readonly Case[] {
  const { cases, ...rest } = fields;
  const file = { ...outer, ...rest };
  const listed = Array.isArray(cases)
    ? cases.map((each, index) => asCase(nameOf(each) ?? `case ${index + 1}`, each, file))
    : isFields(cases)
      ? Object.entries(cases).map(([name, each]) => asCase(name, each, file))
      : [];
  // Values of the file itself that are expected of every case, such as log-probabilities of given logits.
  const own = Object.keys(rest).some((key) => key.startsWith("per_token_logps"))
    ? [{ name: "log-probabilities", fields: rest, file: outer }]
    : [];
  const inner = Object.entries(rest).flatMap(([name, value]) => {
    if (!isFields(value)) return [];
    if (Array.isArray(value.traj)) return [{ name, fields: value, file }];
    return "cases" in value || Object.values(value).some((each) => isFields(each) && "traj" in each)
      ? within(value, file)
      : [];
  });
  return [...own, ...listed, ...inner];
}

const nameOf = (value: unknown): string | undefined =>
  isFields(value) && typeof value.name === "string" ? value.name : undefined;

/** What is not even an object keeps its value, so that it is reported and not lost. */
const asCase = (name: string, value: unknown, file: Fields): Case => ({
  name,
  fields: isFields(value) ? value : { value },
  file,
});
