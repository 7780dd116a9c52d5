/** What a command line asks to check: methods, parts and plugins, from modules, from the registry, or of the configuration. */
import { resolve } from "node:path";
import { installedPlugins, loadPlugin, otherKit, type Registry } from "@tokenwise/core";
import { otherKitOf, TokenwiseError, type Factory, type Method, type Part, type Plugin } from "@tokenwise/kit";
import { methodOf, partsOf, type Options, type Subject } from "@tokenwise/testkit";
import type { Configured } from "../config/configure.ts";
import { importModule } from "../config/import-module.ts";
import { isMethod } from "../config/is-method.ts";
import { methodOfWord, parseWord } from "../explain/methods-named.ts";

export interface NamedSubject {
  readonly name: string;
  readonly subject: Subject;
  /** Those that it is asked for with, where the subject is a factory. */
  readonly options?: Options;
}

/**
 * Each word is a module's path, the name of a method or part, an installed plugin's, or a method in YAML; without one, the configured method.
 *
 * @throws TW_E_NOTHING_TO_CHECK  for a module that cannot be loaded or exports nothing of the kind.
 * @throws TW_E_KIT_COPY          for what another copy of the kit has made.
 * @throws the coded errors of plugins and `resolveMethod`.
 */
export async function subjectsOf(words: readonly string[], configured: Configured): Promise<readonly NamedSubject[]> {
  if (words.length === 0) return [await configuredSubject(configured)];
  const subjects: NamedSubject[] = [];
  for (const word of words) subjects.push(...(await ofWord(word, configured)));
  return subjects;
}

async function ofWord(word: string, configured: Configured): Promise<readonly NamedSubject[]> {
  if (isPath(word)) return exported(word);
  const { registry } = await configured.plugins();
  const isPackage = findOnly(registry, word) === undefined && isInstalled(word, configured.from);
  if (!isPackage) return [await named(word, configured)];
  return provided(word, await loadPlugin(word, configured.from, { importModule }));
}

const provided = (name: string, { provides }: Plugin): readonly NamedSubject[] =>
  provides.map((factory) => ({ name: `${name}: ${factory.id}`, subject: factory as Subject }));

const isInstalled = (word: string, from: string): boolean => installedPlugins(from).some(({ name }) => name === word);

const isPath = (word: string): boolean => /^\.{0,2}[/\\]/.test(word) || /\.[mc]?[jt]s$/.test(word);

async function configuredSubject(configured: Configured): Promise<NamedSubject> {
  const method = await configured.method();
  const name = method.origin?.use ?? "the configured method";
  const spec = configured.config.method;
  return { name, ...((await factoryOf(spec, configured)) ?? { subject: method }) };
}

async function named(word: string, configured: Configured): Promise<NamedSubject> {
  const spec = parseWord(word);
  const asked = await factoryOf(spec, configured);
  if (asked?.options) await methodOfWord(word, configured); // refuses options that it does not have
  return { name: word, ...(asked ?? { subject: await methodOfWord(word, configured) }) };
}

/** The factory that a specification names, if it does, so that its options are checked too. */
async function factoryOf(spec: unknown, configured: Configured): Promise<Omit<NamedSubject, "name"> | undefined> {
  const { use, ...options } = isObject(spec) && "use" in spec ? spec : { use: spec };
  if (typeof use !== "string") return undefined;
  const { registry } = await configured.plugins();
  const subject = findOnly(registry, use);
  return subject && { subject, ...(Object.keys(options).length > 0 && { options }) };
}

function findOnly({ entries }: Registry, name: string): Subject | undefined {
  const found = entries.filter(({ factory, qualified }) => factory.id === name || qualified === name);
  return found.length === 1 ? (found[0]!.factory as Subject) : undefined;
}

/** Of the default export, or else of all that a module exports; each once. */
async function exported(file: string): Promise<readonly NamedSubject[]> {
  const loaded = await load(file);
  const values = "default" in loaded ? { default: loaded.default } : loaded;
  const subjects = Object.entries(values).flatMap(([name, value]): readonly NamedSubject[] => {
    if (isPlugin(value)) return provided(file, value);
    return isSubject(value) ? [{ name: name === "default" ? file : `${file}: ${name}`, subject: value }] : [];
  });
  if (subjects.length === 0) throw nothing(`${file} exports no method, part or plugin`);
  for (const { name, subject } of subjects) refuseOtherKit(name, subject);
  return subjects;
}

/** What is composed has no stamp of its own, but what its parts read has. */
function refuseOtherKit(name: string, subject: Subject): void {
  const needs = () => partsOf(methodOf(subject)).flatMap((part) => Object.values(part.needs ?? {}));
  const copy =
    otherKitOf(subject) ??
    needs()
      .map(otherKitOf)
      .find((made) => made !== undefined);
  if (copy) throw otherKit(name, copy);
}

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
    hint: cause
      ? "correct the file, or name another"
      : "export default what method(), part(), compose() or plugin() returns",
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
