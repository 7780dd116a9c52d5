/** A method with one choice of options, and what laws need to try it. */
import {
  isParameterSpec,
  stableJson,
  tf,
  TokenwiseError,
  type Factory,
  type Json,
  type Method,
  type ParameterTree,
} from "@tokenwise/kit";
import { evaluate, partsOf, type Given } from "../evaluate/index.ts";
import { namedParameters } from "../evaluate/moment.ts";
import { dimensions, type TableOptions } from "../tables/layout.ts";
import { normalAt } from "../tables/random.ts";
import { prompts, type PromptShape, type StepShape } from "../tables/shape.ts";
import { tableOf } from "../tables/table.ts";
import { wantsOf, type Wants } from "../tables/wants.ts";
import type { Options, Subject } from "./contract-case.ts";
import { hosted } from "./host.ts";
import { observe, type At, type Observation } from "./observation.ts";
import { everyChoice, suggestedOptions } from "./schema-options.ts";

export type Effort = "small" | "full";

export interface Trial {
  readonly effort: Effort;
  /** undefined: the defaults. */
  readonly options: Options | undefined;
  /** One of the schema's further branches and members, for the laws that are tried with all of them. */
  readonly further: boolean;
  /** Of the factory, if the subject is one. */
  readonly factory: Factory | undefined;
  /** A method made anew, where the subject can make one. */
  make(): Method;
  readonly method: Method;
  readonly wants: Wants;
  /** Some part requires pairs. */
  readonly pairs: boolean;
}

export const factoryOf = (subject: Subject): Factory | undefined =>
  typeof subject === "function" && "kind" in subject && "options" in subject && "id" in subject
    ? (subject as unknown as Factory)
    : undefined;

/** The method of a subject with some options. */
export function methodOf(subject: Subject, options?: Options): Method {
  if (typeof subject !== "function") return hosted(subject);
  return hosted(options ? subject(options as never) : subject());
}

export function trialOf(subject: Subject, effort: Effort, options?: Options, further = false): Trial {
  const method = methodOf(subject, options);
  return {
    effort,
    options,
    further,
    factory: factoryOf(subject),
    make: () => methodOf(subject, options),
    method,
    wants: wantsOf(method),
    pairs: partsOf(method).some(({ requires }) => requires?.group === "pair"),
  };
}

/**
 * The defaults, what the schema suggests, what the author declares, and in full effort every further branch and member of the
 * schema; a suggestion that is refused with a code is left out.
 */
export function trialsOf(subject: Subject, effort: Effort, declared: readonly Options[] = []): readonly Trial[] {
  const factory = factoryOf(subject);
  const suggested = factory ? suggestedOptions(factory) : [];
  const [first, rest] = [suggested.slice(0, effort === "small" ? 1 : 6), suggested.slice(6)];
  const known = new Set([...first, ...declared].map((options) => stableJson(options)));
  const further = factory && effort === "full" ? [...rest, ...everyChoice(factory)] : [];
  const attempt = (options: Options, isFurther: boolean): Trial[] => {
    try {
      return [trialOf(subject, effort, options, isFurther)];
    } catch (error) {
      if (TokenwiseError.is(error)) return [];
      throw error;
    }
  };
  return [
    trialOf(subject, effort),
    ...first.flatMap((options) => attempt(options, false)),
    ...declared.map((options) => trialOf(subject, effort, options)),
    ...further
      .filter((options) => !known.has(stableJson(options)) && known.add(stableJson(options)))
      .flatMap((options) => attempt(options, true)),
  ];
}

export const labelOf = ({ options }: Trial): string => (options ? `, with ${JSON.stringify(options)}` : "");

/** Groups of lengths that the method takes: pairs, or groups with missing candidates too. */
export const lengthsOf = ({ pairs }: Trial): readonly PromptShape[] =>
  pairs ? prompts([3, 2], [1, 4], [2, 2]) : prompts([3, 2, null, 4], [1, 4, 2, 2], [null, 2, 3, 5]);

export const shapeOf = (trial: Trial, seed: number, more: Partial<StepShape> = {}): StepShape => ({
  seed,
  prompts: lengthsOf(trial),
  ...more,
});

export const tableFor = ({ wants }: Trial, shape: StepShape, options?: TableOptions): Given =>
  tableOf(shape, wants, options);

/** Trainable tensors as they are initialized, and a little more, so that none is at a place of its own such as zero. */
export function parametersOf({ method }: Trial, seed: number): Record<string, tf.Tensor> {
  const named = namedParameters(partsOf(method), { dimensions, seed });
  return Object.fromEntries(
    [...named].map(([name, tensor]) => {
      const values = [...tensor.dataSync()].map(
        (value, index) => value + 0.3 * normalAt(seed, "parameter", name, index),
      );
      return [name, tf.tensor(values, tensor.shape)];
    }),
  );
}

export const hasParameters = ({ method }: Trial): boolean => {
  const any = (tree: ParameterTree): boolean => Object.values(tree).some((node) => isParameterSpec(node) || any(node));
  return partsOf(method).some(({ parameters }) => parameters !== undefined && any(parameters));
};

/** Whether a part draws random numbers: it asks the view for a seed. */
export function drawsRandomly(trial: Trial): boolean {
  let asked = false;
  tf.tidy(() => {
    const probe = { seeded: () => void (asked = true) };
    const { gradients } = evaluate(trial.method, [tableFor(trial, shapeOf(trial, 1))], { dimensions, probe });
    tf.dispose(gradients.policy);
  });
  return asked;
}

/** Some steps one after the other, each with the states that the one before left. */
export function run(
  trial: Trial,
  shapes: readonly StepShape[],
  {
    method = () => trial.method,
    carry = (states: readonly Json[]) => states,
    training = () => true,
    at = {},
    tables = {},
  }: {
    readonly method?: () => Method;
    readonly carry?: (states: readonly Json[]) => readonly Json[];
    readonly training?: (step: number) => boolean;
    readonly at?: At;
    readonly tables?: TableOptions;
  } = {},
): readonly Observation[] {
  const observed: Observation[] = [];
  let states = at.states;
  shapes.forEach((shape, index) => {
    const step = tf.tidy(() => {
      const parameters = parametersOf(trial, 3);
      const moment: At = { dimensions, seed: 5, step: index + 1, ...at, parameters, training: training(index) };
      return observe(method(), [tableFor(trial, shape, tables)], {
        ...moment,
        ...(states && { states: carry(states) }),
      }) as never;
    }) as Observation;
    states = step.states;
    observed.push(step);
  });
  return observed;
}

/** What a subject calls itself. */
export function nameOf(subject: Subject): string {
  const factory = factoryOf(subject);
  if (factory) return factory.id;
  if (typeof subject === "function") return subject.name || "a method";
  return "objectives" in subject ? (subject.origin?.use ?? "a method") : subject.name;
}
