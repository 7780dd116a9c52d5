/** Options: a strict schema, and none without an effect. */
import { stableJson, TokenwiseError, type Factory } from "@tokenwise/kit";
import { isParameterSpec, requestKey, type Method, type ParameterTree } from "@tokenwise/kit";
import { anchorSteps } from "../contract/anchor-steps.ts";
import { violated } from "../contract/compare.ts";
import type { Options } from "../contract/contract-case.ts";
import { hosted } from "../contract/host.ts";
import type { LawOfAll } from "../contract/law.ts";
import { accepts, candidates, defaultNumbers, schemaOf, type JsonSchema } from "../contract/schema-options.ts";
import { run, shapeOf, trialOf, type Trial } from "../contract/trial.ts";
import { partsOf } from "../evaluate/index.ts";

type Made = ReturnType<typeof hosted>;
const make = (factory: Factory, options?: Options): Made => hosted(factory(options) as Parameters<typeof hosted>[0]);
const withoutOptions = "the subject has no schema of options: it is not a factory of method() or part()";
const takesNone = ({ factory }: Trial): boolean =>
  !factory || Object.keys(schemaOf(factory).properties ?? {}).length === 0;

/** Calls, and tells the code of the error; undefined: none was thrown. */
function refusal(call: () => unknown, what: string): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (TokenwiseError.is(error)) return error.code;
    return violated(
      `${what} throws an error without a code: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export const schema: LawOfAll = {
  id: "options/schema",
  statement: "options have defaults, are refused where unknown, and their JSON schema is strict and round-trips",
  notApplicable: ([first]) => (first?.factory ? undefined : withoutOptions),
  check([first]) {
    const factory = first!.factory!;
    const json = schemaOf(factory);
    if (json.additionalProperties !== false) violated("the JSON schema allows unknown options");
    if (stableJson(JSON.parse(JSON.stringify(json))) !== stableJson(json)) violated("the JSON schema is not JSON");
    const code = refusal(() => factory({ "no-such-option": 1 }), "an unknown option");
    if (code !== "TW_E_OPTIONS")
      violated(`an unknown option is ${code ? `refused with ${code}` : "taken"}, expected TW_E_OPTIONS`);
    const parsed = factory.options.parse({}) as Options;
    const again = factory.options.parse(JSON.parse(JSON.stringify(parsed))) as Options;
    if (stableJson(again) !== stableJson(parsed))
      violated(`the defaults ${stableJson(parsed)} are ${stableJson(again)} after JSON`);
    for (const [name, { default: value }] of Object.entries(json.properties ?? {}))
      if (value !== undefined && stableJson(parsed[name]) !== stableJson(value))
        violated(
          `the option "${name}" is ${stableJson(parsed[name])} by default, its JSON schema says ${stableJson(value)}`,
        );
  },
};

/** What a method declares, as text: requests, annotators, settings of optimizers, how the anchor moves. */
function declaredText(method: Method): string {
  const settings = (tree: ParameterTree): unknown =>
    Object.fromEntries(
      Object.entries(tree).map(([name, node]) => [
        name,
        isParameterSpec(node) ? (node.optimizer ?? null) : settings(node),
      ]),
    );
  const parts = partsOf(method).map(
    ({ needs = {}, samples = {}, parameters = {}, annotators = [], requires, state }) => [
      Object.entries(needs).map(([name, need]) => [name, need && requestKey(need)]),
      Object.values(samples).map(({ generate }) => generate),
      annotators.map(({ name, columns, models, fingerprint }) => [name, columns, models, fingerprint]),
      settings(parameters),
      [requires, state?.signals],
    ],
  );
  const { anchor, objectives, auxiliaries = [] } = method;
  const keeps = typeof anchor === "object" ? anchorSteps(anchor, 24).map(({ keep }) => keep) : (anchor ?? null);
  return stableJson([parts, keeps, objectives.map(({ weight }) => weight), auxiliaries.map(({ weight }) => weight)]);
}

/** What a factory gives with some options, as far as it is looked at: declarations first, then step by step. */
class Traces {
  readonly #known = new Map<string, { trial: Trial; texts: string[] }>();
  readonly #factory: Factory;

  constructor(factory: Factory) {
    this.#factory = factory;
  }

  equal(a: Options, b: Options): boolean {
    for (let part = 0; part <= 5; part++) if (this.#text(a, part) !== this.#text(b, part)) return false;
    return true;
  }

  #text(options: Options, part: number): string {
    const key = stableJson(options);
    const entry: { readonly trial: Trial; readonly texts: string[] } = this.#known.get(key) ?? {
      trial: trialOf(this.#factory as never, "small", options),
      texts: [],
    };
    this.#known.set(key, entry);
    const { trial, texts } = entry;
    if (texts.length === 0) texts.push(declaredText(trial.method));
    if (texts.length <= part) {
      const shapes = Array.from({ length: part === 1 ? 1 : 5 }, (_, step) => shapeOf(trial, 51 + step, { apart: 0.5 }));
      // One run that prefers what is preferred, and one that does not: states go one way and the other.
      const runs = [0, 1].map((candidate) => run(trial, shapes, { tables: { favour: { candidate, by: 1 } } }));
      const steps = runs[0]!.map((first, index) =>
        JSON.stringify([first, runs[1]![index]!].map(({ prompts, step, states }) => [prompts, step, states])),
      );
      texts.splice(1, texts.length - 1, ...steps);
    }
    return texts[part]!;
  }
}

interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly optionsWith: (value: unknown) => Options;
  readonly base: Options;
}

/** Every option, and every property of an option that is an object or one of several. */
function places(factory: Factory, { properties = {} }: JsonSchema, siblings: readonly number[]): readonly Place[] {
  return Object.entries(properties).flatMap(([name, each]): Place[] => {
    const own: Place = { path: name, schema: each, base: {}, optionsWith: (value) => ({ [name]: value }) };
    const branches = (each.anyOf ?? each.oneOf ?? [each]).filter(({ type }) => type === "object");
    const inner = branches.flatMap((branch): Place[] => {
      const [whole] = candidates(withoutDefault(branch), siblings).filter((value) =>
        accepts(factory, { [name]: value }),
      ) as Options[];
      if (!whole) return [];
      const kind = Object.values(branch.properties ?? {}).find((property) => property.const !== undefined)?.const;
      return Object.entries(branch.properties ?? {}).map(([key, deeper]): Place => ({
        path: [name, ...(kind === undefined ? [] : [JSON.stringify(kind)]), key].join("."),
        schema: { ...deeper, default: whole[key] },
        base: { [name]: whole },
        optionsWith: (value) => ({ [name]: { ...whole, [key]: value } }),
      }));
    });
    return [own, ...inner];
  });
}

const withoutDefault = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "default"));

const effects: LawOfAll = {
  id: "options/effects",
  statement: "every option changes something that can be observed, or is refused with a code",
  notApplicable: ([first]) => (!first?.factory ? withoutOptions : takesNone(first) ? "it takes no options" : undefined),
  check(trials) {
    const factory = trials[0]!.factory!;
    const json = schemaOf(factory);
    const traces = new Traces(factory);
    const backgrounds = [{}, ...trials.flatMap(({ options }) => (options ? [options] : []))] as readonly Options[];
    for (const { path, schema: own, base, optionsWith } of places(factory, json, defaultNumbers(json))) {
      const tried: unknown[] = [];
      const changes = backgrounds.some((background) =>
        candidates(own, defaultNumbers(json))
          .filter((value) => accepts(factory, { ...background, ...optionsWith(value) }))
          .slice(0, 12)
          .some((value) => {
            const [with_, without] = [
              { ...background, ...optionsWith(value) },
              { ...background, ...base },
            ];
            if (refusal(() => make(factory, with_), `${path}: ${stableJson(value)}`) !== undefined) return false;
            if (stableJson(with_) === stableJson(without)) return false;
            tried.push(value);
            return !traces.equal(with_, without);
          }),
      );
      if (!changes && tried.length > 0)
        violated(
          `the option "${path}" changes nothing: tried ${[...new Set(tried.map((value) => stableJson(value)))].join(", ")}`,
        );
    }
  },
};

export const laws: readonly LawOfAll[] = [schema, effects];
