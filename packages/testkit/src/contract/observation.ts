/** A step as lists of numbers by name, each per prompt of the step or for the whole step: what laws compare. */
import { tf, type Json, type Method } from "@tokenwise/kit";
import { evaluate, partsOf, type Evaluation, type Given, type Moment } from "../evaluate/index.ts";
import { expectClose, type Tolerance } from "./compare.ts";

export type Named = Readonly<Record<string, readonly number[]>>;

export interface Observation {
  /** By prompt: losses, scores, β, ω, targets, weights, metrics, signals, and gradients on response tokens. */
  readonly prompts: readonly Named[];
  /** Of the step: the loss, gradients of parameters, states after it. */
  readonly step: Named;
  /** Largest gradient on padding and missing rows. */
  readonly gradientOutside: number;
  /** By the number of the part. */
  readonly states: readonly Json[];
}

/** What a law may set of a moment; states are by the number of the part in the method. */
export interface At extends Omit<Moment, "states"> {
  readonly states?: readonly Json[];
}

export const momentOf = (method: Method, { states, ...rest }: At): Moment => ({
  ...rest,
  ...(states && {
    states: new Map(partsOf(method).flatMap((part, index) => (part.state ? [[part, states[index]!]] : []))),
  }),
});

/** Evaluates and disposes of everything that the evaluation gave; what was given stays. */
export function observe(method: Method, micro: readonly Given[], at: At = {}): Observation {
  return tf.tidy(() => {
    const moment = momentOf(method, at);
    return observationOf(method, micro, evaluate(method, micro, moment)) as never;
  });
}

function observationOf(method: Method, micro: readonly Given[], result: Evaluation): Observation {
  const parts = partsOf(method);
  const G = micro[0]!.batch.groupSize;
  const perPrompt: Record<string, number[]>[] = [];
  let gradientOutside = 0;
  micro.forEach(({ batch }, index) => {
    const masks = batch.responseMask.arraySync() as number[][];
    const gradient = result.gradients.policy[index]!.arraySync() as number[][][] | number[][];
    masks.forEach((mask, row) => {
      if (row % G === 0) perPrompt.push({ gradient: [] });
      mask.forEach((inside, token) => {
        const values = [gradient[row]![token]!].flat();
        if (inside === 1) perPrompt.at(-1)!.gradient!.push(...values);
        else gradientOutside = Math.max(gradientOutside, ...values.map(Math.abs));
      });
    });
  });
  const P = perPrompt.length;
  const add = (name: string, values: readonly number[]): void => {
    const each = values.length / P;
    perPrompt.forEach((prompt, index) => (prompt[name] = values.slice(each * index, each * (index + 1))));
  };
  add("losses", result.losses);
  add("β", result.beta);
  add("ω", result.emphasis);
  add("targets", result.targets.flat());
  if (result.scores.length > 0) add("scores", result.scores.flat());
  if (result.rewards.length > 0) add("rewards", result.rewards.flat());
  for (const name of ["reward", "divergence"] as const)
    perPrompt.forEach(
      (prompt, index) => (prompt[`${name} weights`] = result.weights[name].slice(G * index, G * (index + 1)).flat()),
    );
  for (const [name, values] of Object.entries(result.metrics)) add(`metric ${name}`, values);
  parts.forEach((part) => {
    for (const [name, values] of Object.entries(result.signalsOf(part))) add(`signal ${part.name}/${name}`, values);
  });
  const states = parts.map((part) => result.states.get(part) ?? null);
  const step: Record<string, readonly number[]> = { loss: [result.loss] };
  for (const [name, tensor] of Object.entries(result.gradients.parameters))
    step[`gradient of ${name}`] = [...tensor.dataSync()];
  parts.forEach((part, index) => {
    if (part.state) step[`state of ${part.name}`] = numbersIn(states[index]);
  });
  return { prompts: perPrompt, step, gradientOutside, states };
}

/** The numbers of a JSON value, in order; booleans as 0 and 1. */
export function numbersIn(value: Json | undefined): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "boolean") return [Number(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value as Record<string, Json>).flatMap(numbersIn);
}

export interface Rounding {
  readonly values: Tolerance;
  readonly gradients: Tolerance;
}
export const sameBits: Rounding = { values: { relative: 0 }, gradients: { relative: 0 } };
export const rounding: Rounding = {
  values: { relative: 2e-5, absolute: 2e-6 },
  gradients: { relative: 1e-4, absolute: 1e-7 },
};

/** @throws ContractViolation if any number of the step differs; `order[i]` is the prompt of `expected` at place i of `actual`. */
export function expectSame(
  actual: Observation,
  expected: Observation,
  tolerances: Rounding = rounding,
  order: readonly number[] = expected.prompts.map((_, index) => index),
): void {
  const toleranceOf = (name: string) => (name.startsWith("gradient") ? tolerances.gradients : tolerances.values);
  order.forEach((source, place) => {
    const theirs = expected.prompts[source]!;
    for (const [name, values] of Object.entries(theirs))
      expectClose(`${name} of prompt ${source}`, actual.prompts[place]?.[name] ?? [], values, toleranceOf(name));
  });
  for (const [name, values] of Object.entries(expected.step))
    expectClose(name, actual.step[name] ?? [], values, toleranceOf(name));
}

/** Whether any number differs in any bit; metrics may be left out. */
export function differs(a: Observation, b: Observation, { metrics = true } = {}): boolean {
  const text = ({ prompts, step, states }: Observation): string =>
    JSON.stringify([
      prompts.map((prompt) => Object.entries(prompt).filter(([name]) => metrics || !name.startsWith("metric"))),
      step,
      states,
    ]);
  return text(a) !== text(b);
}
