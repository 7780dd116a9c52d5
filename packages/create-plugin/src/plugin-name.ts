/** The names of a plugin: of its npm package, and of what it provides. */
import reservedIdentifiers from "reserved-identifiers";
import validate from "validate-npm-package-name";
import { CreateError } from "./create-error.ts";

export interface PluginName {
  /** `tokenwise-plugin-long-answers`, or with a scope. */
  readonly package: string;
  /** What YAML says after `use:`. */
  readonly id: string;
  /** The factory in TypeScript. */
  readonly identifier: string;
}

const shape = /^(@[^/]+\/)?(?:tokenwise-plugin-|plugin-)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/;
const example = "lower-case words with hyphens, such as long-answers or @me/long-answers";

/**
 * The names by one of them: `long-answers`, `tokenwise-plugin-long-answers` and `@me/long-answers` are understood.
 *
 * @param official  in the workspace: the package is @tokenwise/plugin-….
 * @throws TW_E_PLUGIN_NAME
 */
export function parsePluginName(text: string, { official = false } = {}): PluginName {
  const [, scope = "", id] = shape.exec(text.trim()) ?? [];
  if (id === undefined) throw refused(`"${text}" is no name of a plugin`, example);
  if (official && scope !== "" && scope !== "@tokenwise/")
    throw refused(`"${text}" has a scope of its own`, "plugins of the workspace are @tokenwise/plugin-…");
  const name = official ? `@tokenwise/plugin-${id}` : `${scope}tokenwise-plugin-${id}`;
  const { errors = [], warnings = [] } = validate(name);
  const [wrong] = [...errors, ...warnings];
  if (wrong !== undefined) throw refused(`npm does not take the name ${name}: ${wrong}`, example);
  const identifier = id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (ofTheKit.has(id))
    throw refused(`"${id}" is a method or part of the kit`, "another name: of two of one name YAML could take neither");
  if (reservedIdentifiers({ includeGlobalProperties: true }).has(identifier))
    throw refused(`"${identifier}" means something in JavaScript`, "add a word to the name");
  return { package: name, id, identifier };
}

/** Those that every run knows; a test compares. */
const ofTheKit = new Set([
  ...["best-targets", "constant-beta", "copy-every", "copy-on-drift", "dpo", "implicit-reward", "listwise"],
  ...["log-likelihood", "logistic", "moving-average", "plackett-luce", "prefer-first", "reward-targets", "sft"],
  ...["supervised", "teacher-targets", "token-divergence", "without-failed"],
]);

const refused = (message: string, hint: string): CreateError => new CreateError("TW_E_PLUGIN_NAME", message, hint);
