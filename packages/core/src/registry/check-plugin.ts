/** What a plugin must be, checked when it is registered: it may be built with another copy of the kit, or with none. */
import { SPEC_VERSION, TokenwiseError, type Factory, type Plugin } from "@tokenwise/kit";

const factoryName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * @throws TW_E_NOT_A_PLUGIN  for a value that `plugin()` did not make.
 * @throws TW_E_PLUGIN_SPEC   for another version of the contract.
 * @throws TW_E_PLUGIN        for a name that cannot be used, or two things of one name.
 */
export function checkPlugin(value: unknown, from = "the value"): asserts value is Plugin {
  if (!isObject(value) || typeof value.name !== "string" || !Array.isArray(value.provides))
    throw new TokenwiseError("TW_E_NOT_A_PLUGIN", `${from} is not a plugin`, {
      hint: "a plugin package exports by default what plugin({ name, version, spec, provides }) returns",
    });
  const { name, spec } = value;
  const provides: readonly unknown[] = value.provides;
  if (spec !== SPEC_VERSION)
    throw new TokenwiseError("TW_E_PLUGIN_SPEC", `${name} is written for version ${String(spec)} of the contract`, {
      hint: `this is version ${SPEC_VERSION}: install a release of ${name} that is written for it`,
    });
  if (name === "") throw unusable("a plugin has no name", "give it the name of its npm package");
  const ids = provides.map((factory, index) => {
    if (isFactory(factory)) return factory.id;
    throw unusable(`${name}: item ${index} of provides is no factory`, "make it with method() or part()");
  });
  const wrong = ids.find((id) => !factoryName.test(id));
  if (wrong !== undefined)
    throw unusable(`${name} provides "${wrong}"`, "names are lower-case words with hyphens, such as epsilon-dpo");
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw unusable(`${name} provides "${twice}" twice`, "give each a name of its own");
}

const unusable = (message: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_PLUGIN", message, { hint });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isFactory = (value: unknown): value is Factory =>
  typeof value === "function" &&
  "id" in value &&
  typeof value.id === "string" &&
  "kind" in value &&
  (value.kind === "method" || value.kind === "part") &&
  "options" in value &&
  isObject(value.options);
