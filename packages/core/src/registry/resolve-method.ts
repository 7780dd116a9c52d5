import {
  complaintsOf,
  placing,
  TokenwiseError,
  unknownKeys,
  type Factory,
  type Method,
  type Path,
} from "@tokenwise/kit";
import { compositionKeys, objectiveKeys, slots, type MethodSpec, type SlotName } from "./method-spec.ts";
import type { Registry } from "./registry.ts";
import { together } from "./together.ts";

export interface ResolveOptions {
  /** How the place of an error is named, by its path in the specification; default: `method.loss.offset`. */
  readonly at?: (path: Path) => string;
}

/**
 * The method that a specification names or composes.
 *
 * @example resolveMethod({ use: "dpo", beta: 0.2 }, createRegistry())
 * @example resolveMethod({ beta: "constant-beta", scorer: "implicit-reward", loss: { use: "logistic", offset: 1 } }, createRegistry())
 * @throws TW_E_UNKNOWN_METHOD, TW_E_UNKNOWN_PART, TW_E_AMBIGUOUS_NAME  as the registry.
 * @throws TW_E_OPTIONS  for an option that the method or part does not have, or a value that it does not take.
 * @throws TW_E_METHOD_SPEC  for a specification of another form, or a part in the place of another.
 * What is wrong in several parts of a composition is said together, under the code of the first.
 */
export function resolveMethod(spec: MethodSpec, registry: Registry, options: ResolveOptions = {}): Method {
  return new Resolver(registry, options.at ?? ((path) => ["method", ...path].join("."))).method(spec);
}

type Entries = Readonly<Record<string, unknown>>;

class Resolver {
  constructor(
    readonly registry: Registry,
    readonly at: (path: Path) => string,
  ) {}

  readonly #errors: TokenwiseError[] = [];

  method(spec: unknown): Method {
    if (typeof spec === "string" || (isEntries(spec) && "use" in spec)) return this.#make("method", spec, []) as Method;
    if (!isEntries(spec))
      throw this.#wrong([], "not a method", "name one (use: dpo), or compose one of beta, scorer and loss");
    const method = this.#compose(spec);
    if (this.#errors.length > 0) throw together(this.#errors);
    return method;
  }

  /** What is wrong is kept, so that the rest is checked too. */
  #compose(spec: Entries): Method {
    this.#refuseUnknown(spec, compositionKeys, []);
    const { objectives, auxiliaries, scorer, loss } = spec;
    const several = objectives !== undefined;
    if (several && (scorer !== undefined || loss !== undefined))
      this.#report(["objectives"], "stand beside scorer or loss", "give either objectives, or one scorer and one loss");
    const auxiliary = this.#list(auxiliaries, ["auxiliaries"], (item, path) => this.#part("auxiliaries", item, path));
    const terms = this.#list(objectives, ["objectives"], (item, path) => this.#objective(item, path));
    const single = auxiliary.length === 0 || scorer !== undefined || loss !== undefined;
    const optional = (["weighter", "emphasis", "targets", "anchor"] as const).filter(
      (slot) => spec[slot] !== undefined,
    );
    return {
      beta: this.#part("beta", spec.beta, ["beta"]),
      objectives: several ? terms : single ? [this.#objective({ scorer, loss }, [])] : [],
      ...(auxiliary.length > 0 && { auxiliaries: auxiliary }),
      ...Object.fromEntries(optional.map((slot) => [slot, this.#part(slot, spec[slot], [slot])])),
    } as Method;
  }

  #objective(spec: unknown, path: Path): unknown {
    if (!isEntries(spec)) {
      this.#report(path, "not an objective", "an objective has a scorer and a loss");
      return undefined;
    }
    this.#refuseUnknown(spec, objectiveKeys, path);
    const { weight } = spec;
    if (weight !== undefined && !Number.isFinite(weight))
      this.#report([...path, "weight"], "not a number", "weights multiply the losses; default 1");
    return {
      scorer: this.#part("scorer", spec.scorer, [...path, "scorer"]),
      loss: this.#part("loss", spec.loss, [...path, "loss"]),
      ...(weight !== undefined && { weight }),
    };
  }

  #part(slot: SlotName, spec: unknown, path: Path): unknown {
    return this.#keep(() => this.#placed(slot, spec, path));
  }

  #keep<T>(make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
      this.#errors.push(error);
      return undefined;
    }
  }

  #placed(slot: SlotName, spec: unknown, path: Path): unknown {
    if (spec === undefined) throw this.#wrong(path, "missing", `the method needs ${slots[slot].one}`);
    const part = this.#make("part", spec, path);
    if (slots[slot].has in part) return part;
    const its = Object.values(slots).find(({ has }) => has in part);
    throw this.#wrong(
      path,
      `${its?.one ?? "another part"} where ${slots[slot].one} belongs`,
      `"${nameOf(spec)}" is another kind of part`,
    );
  }

  #make(kind: Factory["kind"], spec: unknown, path: Path): object {
    const { use, ...options } = typeof spec === "string" ? { use: spec } : isEntries(spec) ? spec : { use: undefined };
    if (typeof use !== "string")
      throw this.#wrong(path, "no name", `write the name of the ${kind}, or { use: NAME, … }`);
    const factory = this.registry.find(kind, use, `${this.at(typeof spec === "string" ? path : [...path, "use"])}: `);
    const parsed = factory.options.safeParse(options);
    if (parsed.success) return this.#call(factory, options, path);
    const known = Object.keys(factory.options.shape);
    const complaints = complaintsOf(factory.options, options, parsed.error);
    throw new TokenwiseError(
      "TW_E_OPTIONS",
      complaints.map((complaint) => `${this.at([...path, ...complaint.path])}: ${complaint.message}`).join("\n"),
      { hint: known.length > 0 ? `options of ${use}: ${known.join(", ")}` : `${use} takes no options` },
    );
  }

  /** A factory may refuse what its schema cannot: two options that do not go together. */
  #call(factory: Factory, options: Entries, path: Path): object {
    return placing(this.at(path), () => factory(options) as object);
  }

  #list<T>(value: unknown, path: Path, each: (item: unknown, path: Path) => T): readonly T[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#report(path, "not a list", "write a list");
      return [];
    }
    return value.map((item: unknown, index) => each(item, [...path, index]));
  }

  #refuseUnknown(spec: Entries, known: readonly string[], path: Path): void {
    for (const { path: key, message } of unknownKeys(Object.keys(spec), known))
      this.#report([...path, ...key], message, `keys: ${known.join(", ")}`);
  }

  #report(path: Path, what: string, hint: string): void {
    this.#errors.push(this.#wrong(path, what, hint));
  }

  #wrong(path: Path, what: string, hint: string): TokenwiseError {
    return new TokenwiseError("TW_E_METHOD_SPEC", `${this.at(path)}: ${what}`, { hint });
  }
}

const isEntries = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nameOf = (spec: unknown): string => (typeof spec === "string" ? spec : String((spec as Entries).use));
