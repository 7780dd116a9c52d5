/** Everything that is declared is used: with some choice of options it changes something. */
import { tf, type Json, type Part, type TokenWeights } from "@tokenwise/kit";
import { violated } from "../contract/compare.ts";
import type { LawOfAll } from "../contract/law.ts";
import { differs, observe, type At, type Observation } from "../contract/observation.ts";
import { hasParameters, parametersOf, shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import { partsOf, type Probe } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";
import { normalAt } from "../tables/random.ts";
import type { StepShape } from "../tables/shape.ts";

const seeds = [31, 32, 33];

export function observed(trial: Trial, seed: number, at: At = {}, more: Partial<StepShape> = {}): Observation {
  return tf.tidy(() => {
    const parameters = parametersOf(trial, seed);
    const given = tableFor(trial, shapeOf(trial, seed, more));
    return observe(trial.method, [given], { dimensions, seed: 5, parameters, ...at }) as never;
  });
}

function noisy(tensor: tf.Tensor, size: number, name: string): tf.Tensor {
  const noise = Array.from({ length: tensor.size }, (_, index) => size * normalAt(77, name, index));
  return tf.add(tensor, tf.tensor(noise, tensor.shape));
}

/** Other values of the same size: of a tensor, or of a record of tensors. */
function altered(value: unknown, size: number, name: string): unknown {
  if (value instanceof tf.Tensor) return noisy(value as tf.Tensor, size, name);
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, each]) => [key, altered(each, size, `${name} ${key}`)]));
}

const findsAny = (trials: readonly Trial[], finds: (trial: Trial, seed: number) => boolean): boolean =>
  trials.some((trial) => seeds.some((seed) => finds(trial, seed)));

/** Parts by name over all trials, with the trials in which they are. */
function named(trials: readonly Trial[], declares: (part: Part) => readonly string[]) {
  const found = new Map<string, { part: string; item: string; at: { trial: Trial; part: Part }[] }>();
  for (const trial of trials)
    for (const part of partsOf(trial.method))
      for (const item of declares(part)) {
        const key = `${part.name} ${item}`;
        const entry = found.get(key) ?? { part: part.name, item, at: [] };
        entry.at.push({ trial, part });
        found.set(key, entry);
      }
  return [...found.values()];
}

const needsOf = (part: Part): string[] =>
  Object.entries(part.needs ?? {}).flatMap(([name, need]) => (need ? [name] : []));

const needs: LawOfAll = {
  id: "use/needs",
  statement: "every declared need is read and changes an output",
  notApplicable: (trials) => (named(trials, needsOf).length > 0 ? undefined : "no part declares needs"),
  check(trials) {
    for (const { part: name, item, at } of named(trials, needsOf)) {
      const touched = new Set<string>();
      const changes = at.some(({ trial, part }) =>
        findsAny([trial], (_, seed) => {
          const plain = observed(trial, seed);
          return [0.3, 2].some((size) => {
            const probe: Probe = {
              need: (reader, need, value) =>
                reader === part && need === item ? altered(value, size, `${seed}`) : value,
              touched: (reader, member, need) => {
                if (reader === part && member === "needs") touched.add(need);
              },
            };
            return differs(observed(trial, seed, { probe }), plain);
          });
        }),
      );
      if (!touched.has(item)) violated(`${name} declares the need "${item}" and never reads it`);
      if (!changes) violated(`${name} reads its need "${item}", but other values of it change nothing`);
    }
  },
};

const samples: LawOfAll = {
  id: "use/samples",
  statement: "every declared sample is read",
  notApplicable: (trials) =>
    named(trials, (part) => Object.keys(part.samples ?? {})).length > 0 ? undefined : "no part declares samples",
  check(trials) {
    for (const { part: name, item, at } of named(trials, (part) => Object.keys(part.samples ?? {}))) {
      const touched = new Set<string>();
      for (const { trial, part } of at)
        observed(trial, 31, {
          probe: {
            touched: (reader, member, sample) => {
              if (reader === part && member === "samples") touched.add(sample);
            },
          },
        });
      if (!touched.has(item)) violated(`${name} declares the sample "${item}" and never reads it`);
    }
  },
};

const stateful = (part: Part): string[] => (part.state ? ["state"] : []);
const signalling = (part: Part): string[] => [...(part.state?.signals ?? [])];

/** Every place of a number or a boolean in a JSON value, with a function that moves it. */
function leaves(value: Json, path = "state"): { path: string; moved: (by: number) => Json }[] {
  if (typeof value === "number")
    return [{ path, moved: (by) => (by === 0 ? value / 20 : value * (1 + by) + (Number.isInteger(value) ? 1 : by)) }];
  if (typeof value === "boolean") return [{ path, moved: () => !value }];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value as Record<string, Json>);
  return entries.flatMap(([key, each]) =>
    leaves(each, `${path}.${key}`).map(({ path: place, moved }) => ({
      path: place,
      moved: (by: number): Json =>
        Array.isArray(value)
          ? (value as readonly Json[]).map((old, index) => (String(index) === key ? moved(by) : old))
          : { ...(value as Record<string, Json>), [key]: moved(by) },
    })),
  );
}

/** What a method gives in two steps from some states, states and reports left aside. */
function outputs(trial: Trial, seed: number, states: readonly Json[]): string {
  const told: unknown[] = [];
  let before = states;
  for (const step of [2, 3]) {
    const { prompts, step: whole, states: after } = observed(trial, seed + step, { step, states: before });
    const isOutput = ([name]: readonly [string, unknown]): boolean => !/^(metric|signal|state)/.test(name);
    told.push(
      prompts.map((prompt) => Object.entries(prompt).filter(isOutput)),
      Object.entries(whole).filter(isOutput),
    );
    before = after;
  }
  return JSON.stringify(told);
}

const state: LawOfAll = {
  id: "use/state",
  statement: "every number of a state changes an output, in its step or in the next",
  notApplicable: (trials) => (named(trials, stateful).length > 0 ? undefined : "no part declares a state"),
  check(trials) {
    for (const { part: name, at } of named(trials, stateful)) {
      const begun = at.map(({ trial, part }) => ({
        trial,
        index: partsOf(trial.method).indexOf(part),
        states: observed(trial, 30, { step: 1 }).states,
      }));
      const paths = leaves(begun[0]!.states[begun[0]!.index]!).slice(0, 8);
      for (const { path } of paths) {
        const changes = begun.some(({ trial, index, states }) =>
          [0.5, -0.3, 4, 0].some((by) => {
            const leaf = leaves(states[index]!).find((each) => each.path === path);
            if (!leaf) return false;
            const moved = states.map((each, place) => (place === index ? leaf.moved(by) : each));
            return [40, 45, 50, 55].some((seed) => outputs(trial, seed, moved) !== outputs(trial, seed, states));
          }),
        );
        if (!changes)
          violated(
            `${path} of ${name} changes no output: a part that decides by its options alone ignores what its state has become`,
          );
      }
    }
  },
};

const signals: LawOfAll = {
  id: "use/signals",
  statement: "every declared signal depends on the step and changes the state",
  notApplicable: (trials) => (named(trials, signalling).length > 0 ? undefined : "no part declares signals"),
  check(trials) {
    for (const { part: name, item, at } of named(trials, signalling)) {
      const values = at.flatMap(({ trial }) =>
        [...seeds, 34, 35, 36].flatMap((seed) =>
          observed(trial, seed).prompts.flatMap((prompt) => prompt[`signal ${name}/${item}`] ?? []),
        ),
      );
      if (new Set(values).size < 2)
        violated(`the signal "${item}" of ${name} is ${values[0]} for every prompt of ${values.length}`);
      const changes = at.some(({ part: { state: spec } }) => {
        const update = (by: number): string => {
          const statistics = (signal: string) => {
            const moved = signal === item ? by : 0;
            return { mean: 0.25 + moved, standardDeviation: 0.5 + moved, count: 4 };
          };
          const signal = Object.fromEntries(spec!.signals.map((each) => [each, statistics(each)]));
          return JSON.stringify(spec!.update(spec!.init(), { step: 1, signal }));
        };
        return [0.25, -0.25, 0.5].some((by) => update(by) !== update(0));
      });
      if (!changes) violated(`the signal "${item}" of ${name} does not change its state`);
    }
  },
};

const parameters: LawOfAll = {
  id: "use/parameters",
  statement: "every declared parameter gets a gradient",
  notApplicable: (trials) => (trials.some(hasParameters) ? undefined : "no part declares parameters"),
  check(trials) {
    const moved = new Map<string, boolean>();
    for (const trial of trials)
      for (const seed of seeds)
        for (const [name, values] of Object.entries(observed(trial, seed).step))
          if (name.startsWith("gradient of "))
            moved.set(name, (moved.get(name) ?? false) || values.some((value) => value !== 0));
    for (const [name, any] of moved) if (!any) violated(`the ${name} is 0 in every step: it can never learn`);
  },
};

const weights: LawOfAll = {
  id: "use/weights",
  statement: "the weights that a weighter gives change the score",
  notApplicable: (trials) => (trials.some(({ method }) => method.weighter) ? undefined : "the method has no weighter"),
  check(trials) {
    const probe: Probe = {
      weights: ({ reward, divergence }: TokenWeights) => ({
        reward: noisy(reward, 0.5, "reward"),
        divergence: noisy(divergence, 0.5, "divergence"),
      }),
    };
    const weighed = trials.filter(({ method }) => method.weighter);
    if (
      !findsAny(
        weighed,
        (trial, seed) => observed(trial, seed, { probe }).step.loss![0] !== observed(trial, seed).step.loss![0],
      )
    )
      violated("other token weights than those of the weighter give the same loss: the scorer ignores them");
    const differ = findsAny(weighed, (trial, seed) => {
      const given = observed(trial, seed).prompts.flatMap((prompt) =>
        ["reward weights", "divergence weights"].flatMap((name) => prompt[name]!),
      );
      return new Set(given).size > 1;
    });
    if (!differ) violated("the weighter gives every token the same weight");
  },
};

export const laws: readonly LawOfAll[] = [needs, samples, state, signals, parameters, weights];
