/** Randomness and tensors. */
import { tf } from "@tokenwise/kit";
import { violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { expectSame, observe, sameBits, type At, type Observation } from "../contract/observation.ts";
import { parametersOf, shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import type { Probe } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";

const once = (trial: Trial, at: At = {}): Observation =>
  tf.tidy(() => {
    const parameters = parametersOf(trial, 2);
    const given = tableFor(trial, shapeOf(trial, 21));
    return observe(trial.method, [given], { dimensions, seed: 5, parameters, ...at }) as never;
  });

/** Runs with Math.random counted; it gives what it would give. */
function drawsOfMathRandom(run: () => void): number {
  const { random } = Math;
  let draws = 0;
  Math.random = () => {
    draws += 1;
    return random();
  };
  try {
    run();
  } finally {
    Math.random = random;
  }
  return draws;
}

export const randomness: Law = {
  id: "randomness",
  everyBranch: true,
  statement: "the same seed gives the same numbers: view.seed is the only source of randomness",
  check(trial) {
    const draws = drawsOfMathRandom(() => {
      expectSame(once(trial), once(trial), sameBits);
      expectSame(once(trial, { training: false }), once(trial, { training: false }), sameBits);
    });
    if (draws > 0)
      violated(
        `Math.random was drawn from ${draws} times, by the method or by a random tensor without a seed; seed it with view.seed("name")`,
      );
  },
};

export const tensors: Law = {
  id: "tensors",
  everyBranch: true,
  statement: "no tensor is left behind by a step, nor kept for the next one",
  check(trial) {
    once(trial);
    const before = tf.memory().numTensors;
    for (let step = 1; step <= 3; step++) once(trial);
    const left = tf.memory().numTensors - before;
    if (left !== 0)
      violated(
        `${left} tensors are left after 3 steps; a part makes tensors and hands them over, and never keeps them (tf.keep, tf.variable)`,
      );
    const [fresh, start] = [{ ...trial, method: trial.make() }, tf.memory().numTensors];
    once(fresh);
    const kept = tf.memory().numTensors - start;
    if (kept !== 0) violated(`${kept} tensors are kept after the first step of a new method`);
  },
};

class Failure extends Error {
  override readonly name = "Failure";
}

/** Named by the part in which it came about. */
const isFailure = (error: unknown): boolean =>
  error instanceof Failure || (error instanceof Error && error.cause instanceof Failure);

/** Takes a step in which the read of this number fails, counted over all parts; tells how many reads there were. */
function failingAt(trial: Trial, place: number): number {
  let reads = 0;
  const touched: Probe["touched"] = ({ name }, _, item) => {
    if (reads++ === place) throw new Failure(`"${item}" of ${name}`);
  };
  try {
    once(trial, { probe: { touched } });
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
  return reads;
}

export const failure: Law = {
  id: "tensors/failure",
  statement: "no tensor is left behind by a step that fails in the middle of a part",
  notApplicable: (trial) => (failingAt(trial, -1) > 0 ? undefined : "no part reads anything that could fail"),
  check(trial) {
    const reads = failingAt(trial, -1);
    const tries = Math.min(reads, trial.effort === "small" ? 3 : 8);
    for (let index = 0; index < tries; index++) {
      const place = Math.round((index * (reads - 1)) / Math.max(1, tries - 1));
      const before = tf.memory().numTensors;
      failingAt(trial, place);
      const left = tf.memory().numTensors - before;
      if (left !== 0)
        violated(
          `${left} tensors are left by a step whose read ${place + 1} of ${reads} fails; what a part keeps (tf.keep) it must free in a finally`,
        );
    }
  },
};
