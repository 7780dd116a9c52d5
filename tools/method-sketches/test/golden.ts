import { readFileSync } from "node:fs";

/** A file of golden cases; `Case` is what its test reads of it. */
export interface Golden<Input, Case> {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly cases: readonly (Case & { readonly name: string; readonly input: string })[];
}

export const golden = <Input, Case>(name: string): Golden<Input, Case> =>
  JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), "utf8")) as Golden<Input, Case>;

/** The cases whose names begin with `prefix`, as rows of a test table. */
export function casesOf<Input, Case>(file: Golden<Input, Case>, prefix = "") {
  const found = file.cases.filter(({ name }) => name.startsWith(prefix));
  if (found.length === 0) throw new Error(`no golden case begins with "${prefix}"`);
  return found.map((each) => ({ ...each, given: file.inputs[each.input]! }));
}

/** float32 on the `cpu` backend. */
export const tolerance = { value: 1e-5, gradient: 1e-4 } as const;
