/** What a command line asks to check: methods, parts and plugins, from modules, from the registry, or of the configuration. */
import { resolve } from "node:path";
import { TokenwiseError, type Factory, type Method, type Part, type Plugin } from "@tokenwise/kit";
import type { Subject } from "@tokenwise/testkit";
import type { Configured } from "../config/configure.ts";
import { importModule } from "../config/import-module.ts";
import { isMethod } from "../config/is-method.ts";
import { methodOfWord } from "../explain/methods-named.ts";

export interface NamedSubject {
  readonly name: string;
  readonly subject: Subject;
}

/**
 * Each word is a module's path, the name of a method or part, or a method in YAML; without one, the configured method.
 *
 * @throws TW_E_NOTHING_TO_CHECK  for a module that cannot be loaded or exports nothing of the kind.
 * @throws the coded errors of plugins and `resolveMethod`.
 */
export async function subjectsOf(words: readonly string[], configured: Configured): Promise<readonly NamedSubject[]> {
  if (words.length === 0) {
    const method = await configured.method();
    return [{ name: method.origin?.use ?? "the configured method", subject: method }];
  }
  const subjects: NamedSubject[] = [];
  for (const word of words) subjects.push(...(isPath(word) ? await exported(word) : await named(word, configured)));
  return subjects;
}

const isPath = (word: string): boolean => /^\.{0,2}[/\\]/.test(word) || /\.[mc]?[jt]s$/.test(word);

/** A factory where there is one, so that its options are checked too. */
async function named(word: string, configured: Configured): Promise<readonly NamedSubject[]> {
  const { registry } = await configured.plugins();
  const found = registry.entries.filter(
    ({ plugin, factory }) => word === factory.id || word === `${plugin}/${factory.id}`,
  );
  const [only] = found;
  if (found.length === 1 && only) return [{ name: word, subject: only.factory as Subject }];
  return [{ name: word, subject: await methodOfWord(word, configured) }];
}

/** The default export, or else everything of the kind. */
async function exported(file: string): Promise<readonly NamedSubject[]> {
  const loaded = await load(file);
  const named = Object.entries(loaded).flatMap(([name, value]) => {
    const title = name === "default" ? file : `${file}: ${name}`;
    return isPlugin(value)
      ? value.provides.map((factory) => ({ name: `${file}: ${factory.id}`, subject: factory as Subject }))
      : isSubject(value)
        ? [{ name: title, subject: value }]
        : [];
  });
  const subjects = "default" in loaded ? named.filter(({ name }) => isOfDefault(name, file, loaded.default)) : named;
  if (subjects.length > 0) return subjects;
  throw nothing(`${file} exports no method, part or plugin`);
}

const isOfDefault = (name: string, file: string, value: unknown): boolean => name === file || isPlugin(value);

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return { ...((await importModule(resolve(file))) as object) };
  } catch (cause) {
    if (TokenwiseError.is(cause)) throw cause;
    throw nothing(`${file} fails to load: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

const nothing = (message: string, cause?: unknown): TokenwiseError =>
  new TokenwiseError("TW_E_NOTHING_TO_CHECK", message, {
    hint: "export default what method(), part(), compose() or plugin() returns",
    cause,
  });

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isPlugin = (value: unknown): value is Plugin =>
  isObject(value) && "provides" in value && Array.isArray(value.provides);

const partFunctions = ["weigh", "score", "control", "emphasize", "targets", "loss", "sum"] as const;

const isPart = (value: unknown): value is Part =>
  isObject(value) && "name" in value && partFunctions.some((name) => typeof value[name as never] === "function");

const isFactory = (value: unknown): value is Factory<never, Method | Part> =>
  typeof value === "function" && "kind" in value && (value.kind === "method" || value.kind === "part");

const isSubject = (value: unknown): value is Subject => isMethod(value) || isPart(value) || isFactory(value);
