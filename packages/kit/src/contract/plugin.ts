import { TokenwiseError } from "../errors.ts";
import type { Factory } from "./factory.ts";
import { stampedAs } from "./kit-copy.ts";

/** The version of this contract. */
export const SPEC_VERSION = 1;

/** What a plugin package exports by default. */
export interface Plugin {
  /** The name of the npm package. */
  readonly name: string;
  readonly version: string;
  readonly spec: typeof SPEC_VERSION;
  readonly provides: readonly Factory[];
}

/** What `method()` and `part()` return, whatever their options. */
interface AnyFactory {
  readonly id: string;
  readonly kind: Factory["kind"];
  readonly options: Factory["options"];
}

/**
 * A plugin from its parts and methods.
 *
 * @throws TW_E_PLUGIN  if two of them have one name.
 */
export function plugin(definition: {
  readonly name: string;
  readonly version: string;
  readonly spec: typeof SPEC_VERSION;
  readonly provides: readonly AnyFactory[];
}): Plugin {
  const ids = definition.provides.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new TokenwiseError("TW_E_PLUGIN", `${definition.name} provides "${twice}" twice`, {
      hint: "give each method and part of a plugin a name of its own",
    });
  return Object.freeze(stampedAs({ ...definition, provides: Object.freeze([...definition.provides]) })) as Plugin;
}
