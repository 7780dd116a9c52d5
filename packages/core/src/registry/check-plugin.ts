/** What a plugin must be, checked when it is registered: it may be built with another copy of the kit, or with none. */
import {
  complaintsOf,
  otherKitOf,
  ownKit,
  refuseForeignOptions,
  SPEC_VERSION,
  spoken,
  TokenwiseError,
  type Factory,
  type Plugin,
} from "@tokenwise/kit";
import { z } from "zod";
import { otherKit } from "./copies.ts";

const factoryName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const semanticVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

const metadata = z.strictObject({
  name: z.string().regex(packageName, "expected the name of its npm package"),
  version: z.string().regex(semanticVersion, "expected a version such as 1.2.3"),
  spec: z.literal(SPEC_VERSION),
  provides: z.array(z.unknown()).min(1, "expected a method or part, or several"),
});

/** The name under which what comes with the kit is registered. */
export const kitName = "@tokenwise/kit";

/**
 * @param from  what the value is, for the message.
 * @throws TW_E_NOT_A_PLUGIN  for a value that `plugin()` did not make.
 * @throws TW_E_PLUGIN_SPEC   for another version of the contract.
 * @throws TW_E_PLUGIN        for metadata that are missing, unknown or unusable, two things of one name, or options not of zod 4.
 * @throws TW_E_KIT_COPY      if another copy of the kit made it.
 */
export function checkPlugin(value: unknown, from = "the value"): asserts value is Plugin {
  if (!isPluginLike(value)) throw notAPlugin(value, from);
  const name = typeof value.name === "string" && value.name !== "" ? value.name : from;
  const copy = otherKitOf(value) ?? items(value.provides).map(otherKitOf).find(Boolean);
  if (copy) throw otherKit(`the plugin ${name}`, copy);
  if (value.spec !== undefined && value.spec !== SPEC_VERSION)
    throw new TokenwiseError(
      "TW_E_PLUGIN_SPEC",
      `${name} is written for version ${shown(value.spec)} of the contract`,
      {
        hint: `@tokenwise/kit ${ownKit.version} is version ${SPEC_VERSION}: install a release of ${name} that is written for it`,
      },
    );
  const parsed = metadata.safeParse(value);
  if (!parsed.success)
    throw unusable(
      `${name}: ${spoken(complaintsOf(metadata, value, parsed.error))}`,
      "a plugin is what plugin({ name, version, spec, provides }) returns",
    );
  if (name === kitName)
    throw unusable(`a plugin has the name of the kit, ${kitName}`, "give it that of its own npm package");
  checkProvided(name, parsed.data.provides);
}

function checkProvided(name: string, provides: readonly unknown[]): void {
  const ids = provides.map((factory, index) => {
    if (!isFactory(factory))
      throw unusable(`${name}: item ${index} of provides is no factory`, "make it with method() or part()");
    refuseForeignOptions(`${name} provides the ${factory.kind} "${factory.id}"`, factory.options);
    return factory.id;
  });
  const wrong = ids.find((id) => !factoryName.test(id));
  if (wrong !== undefined)
    throw unusable(`${name} provides "${wrong}"`, "names are lower-case words with hyphens, such as epsilon-dpo");
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw unusable(`${name} provides "${twice}" twice`, "give each a name of its own");
}

const whatAPluginIs =
  "a plugin package has export default plugin({ name, version, spec: 1, provides: [ … ] }), of @tokenwise/kit";

function notAPlugin(value: unknown, from: string): TokenwiseError {
  const what =
    value === undefined
      ? "is missing"
      : isFactory(value)
        ? `is the ${value.kind} "${value.id}" itself, not a plugin`
        : isObject(value) && isPluginLike(value.default)
          ? "is a CommonJS module that wraps a plugin, not a plugin"
          : `is not a plugin but ${kindOf(value)}`;
  const hint =
    isObject(value) && isPluginLike(value.default) ? 'publish it as an ES module: "type": "module"' : whatAPluginIs;
  return new TokenwiseError("TW_E_NOT_A_PLUGIN", `${from} ${what}`, { hint });
}

const unusable = (message: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_PLUGIN", message, { hint });

type Entries = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Entries => typeof value === "object" && value !== null;

/** Something of a plugin is there: what is missing can be said. */
const isPluginLike = (value: unknown): value is Entries =>
  isObject(value) && ["name", "version", "spec", "provides"].filter((key) => key in value).length >= 2;

const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const kindOf = (value: unknown): string =>
  value === null
    ? "null"
    : value instanceof Promise
      ? "a promise"
      : Array.isArray(value)
        ? "a list"
        : isObject(value)
          ? "an object"
          : `a ${typeof value}`;

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

const isFactory = (value: unknown): value is Factory =>
  typeof value === "function" &&
  "id" in value &&
  typeof value.id === "string" &&
  "kind" in value &&
  (value.kind === "method" || value.kind === "part") &&
  "options" in value;
