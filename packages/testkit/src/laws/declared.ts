/** What the author declares: worked examples, and options at which a method is another one. */
import { tf, type Json, type Method } from "@tokenwise/kit";
import { expectClose, violated, type Tolerance } from "../contract/compare.ts";
import type { Expected, GradientEntry, Neutral, Subject, WorkedExample } from "../contract/contract-case.ts";
import { expectSame, numbersIn, observe } from "../contract/observation.ts";
import { methodOf, shapeOf, tableFor, trialOf } from "../contract/trial.ts";
import { evaluate, partsOf, type Evaluation, type Given } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";

export function checkWorked(subject: Subject, worked: WorkedExample): void {
  const method = methodOf(subject, worked.options);
  const { given, step = 1, training = true, states = {}, expect, tolerance = 1e-5 } = worked;
  tf.tidy(() => {
    const made = given();
    const micro = Array.isArray(made) ? (made as readonly Given[]) : [made as Given];
    const unknown = Object.keys(states).filter((name) => !partsOf(method).some((part) => part.name === name));
    if (unknown.length > 0)
      violated(`the example gives a state of ${unknown.join(", ")}, which the method does not have`);
    const before = partsOf(method).flatMap((part) =>
      part.name in states ? [[part, states[part.name]!] as const] : [],
    );
    const result = evaluate(method, micro, { dimensions, step, training, states: new Map(before) });
    compare(result, expect, { relative: tolerance, absolute: 1e-7 }, method);
    compareGradient(result, expect.gradient, { relative: 10 * tolerance, absolute: 1e-8 }, micro);
  });
}

function compare(result: Evaluation, expect: Expected, tolerance: Tolerance, method: Method): void {
  const flat = (lists: readonly (readonly number[])[]): number[] => lists.flat();
  const check = (what: string, actual: readonly number[], expected: readonly number[] | undefined): void => {
    if (expected) expectClose(what, actual, expected, tolerance);
  };
  check("the loss", [result.loss], expect.loss === undefined ? undefined : [expect.loss]);
  check("losses", result.losses, expect.losses);
  check("β", result.beta, expect.beta);
  check("ω", result.emphasis, expect.emphasis);
  for (const name of ["scores", "rewards", "targets"] as const) check(name, flat(result[name]), expect[name]?.flat());
  for (const name of ["reward", "divergence"] as const)
    check(`${name} weights`, flat(result.weights[name]), expect.weights?.[name]?.flat());
  for (const [name, values] of Object.entries(expect.metrics ?? {}))
    check(`the metric ${name}`, result.metrics[name] ?? [], values);
  for (const [path, values] of Object.entries(expect.signals ?? {})) {
    const part = partsOf(method).find(({ name }) => path.startsWith(`${name}/`));
    check(`the signal ${path}`, part ? (result.signalsOf(part)[path.slice(part.name.length + 1)] ?? []) : [], values);
  }
  for (const [name, state] of Object.entries(expect.states ?? {})) {
    const part = partsOf(method).find((each) => each.name === name);
    const after: Json = (part && result.states.get(part)) ?? null;
    check(`the state of ${name} after the step`, numbersIn(after), numbersIn(state));
  }
}

function compareGradient(
  { gradients }: Evaluation,
  expected: Expected["gradient"],
  tolerance: Tolerance,
  micro: readonly Given[],
): void {
  if (!expected) return;
  const rows = micro.flatMap(({ batch }, index) => {
    const masks = batch.responseMask.arraySync() as number[][];
    const values = gradients.policy[index]!.arraySync() as (number | number[])[][];
    return values.map((row, at) => row.filter((_, token) => masks[at]![token] === 1));
  });
  const entries = expected.filter((each): each is GradientEntry => !Array.isArray(each));
  const whole = expected.filter((each) => Array.isArray(each)).flat(2);
  const actual = entries.length > 0 ? entries.map((entry) => entryOf(rows, entry)) : rows.flat(2);
  const wanted = entries.length > 0 ? entries.map(({ value }) => value) : whole;
  expectClose("the gradient", actual, wanted, tolerance);
}

/** @throws ContractViolation  for a place that is not there, or an `id` where the gradient is by log-probabilities. */
function entryOf(
  rows: readonly (readonly (number | readonly number[])[])[],
  { row, token, id }: GradientEntry,
): number {
  const there = rows[row]?.[token];
  if (typeof there === "number" && id === undefined) return there;
  if (typeof there === "object" && id !== undefined && there[id] !== undefined) return there[id];
  if (there === undefined) return violated(`there is no token ${token} of row ${row} for an entry of the gradient`);
  return violated(
    typeof there === "number"
      ? "log-probabilities are given, so an entry of the gradient has a row and a token, and no id"
      : `an entry of the gradient at row ${row}, token ${token} has the id ${id}; ids are 0 to ${there.length - 1}`,
  );
}

/** Compares loss, losses, β, ω, scores and gradients, on steps of random tables. */
export function checkNeutral(subject: Subject, { options, equals, tolerance = 0 }: Neutral): void {
  const [own, other] = [trialOf(subject, "small", options), trialOf(equals, "small")];
  const pairs = own.pairs || other.pairs;
  const names = ["losses", "β", "ω", "scores", "gradient"];
  for (const seed of [91, 92])
    tf.tidy(() => {
      const [a, b] = [own, other].map((trial) => {
        const observed = observe(trial.method, [tableFor(trial, shapeOf({ ...trial, pairs }, seed))], { dimensions });
        const prompts = observed.prompts.map((prompt) =>
          Object.fromEntries(names.flatMap((name) => (prompt[name] ? [[name, prompt[name]]] : []))),
        );
        return { ...observed, prompts, step: { loss: observed.step.loss! } };
      });
      const allowed = { relative: tolerance };
      expectSame(a!, b!, { values: allowed, gradients: allowed });
    });
}
