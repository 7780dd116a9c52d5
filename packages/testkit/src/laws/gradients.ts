/** Gradients against finite differences, with the constants of the contract held still. */
import { interceptConstants, tf, type ConstantInterceptor } from "@tokenwise/kit";
import { shown, violated } from "../contract/compare.ts";
import { forShapes, type Law } from "../contract/law.ts";
import { hasParameters, parametersOf, tableFor, type Trial } from "../contract/trial.ts";
import { evaluate, lossOf, type Moment } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";
import { normalAt } from "../tables/random.ts";
import type { StepShape } from "../tables/shape.ts";

/** Keeps the constants of one run (β, ω, targets, what `noGrad` and `stopGradient` gave) and gives them again in others. */
class Constants {
  readonly #kept: unknown[] = [];
  readonly #owned: tf.Tensor[] = [];
  #next = 0;
  #depth = 0;

  readonly record: ConstantInterceptor = (compute) => {
    this.#depth += 1;
    try {
      const value = compute();
      if (this.#depth === 1) this.#kept.push(copied(value, (tensor) => this.#own(tensor)));
      return value;
    } finally {
      this.#depth -= 1;
    }
  };

  readonly replay = (() => copied(this.#kept[this.#next++], (tensor) => tf.clone(tensor))) as ConstantInterceptor;

  rewind(): void {
    this.#next = 0;
  }

  dispose(): void {
    tf.dispose(this.#owned);
  }

  /** Outlives the step that it is of. */
  #own(tensor: tf.Tensor): tf.Tensor {
    const own = tf.keep(tf.clone(tensor));
    this.#owned.push(own);
    return own;
  }
}

/** A value with each tensor in it, wherever, copied. */
function copied(value: unknown, copy: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (value instanceof tf.Tensor) return copy(value as tf.Tensor);
  if (Array.isArray(value)) return value.map((each) => copied(each, copy));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each, copy)]));
}

interface Slope {
  readonly value: number;
  /** How far two estimates are apart. */
  readonly uncertainty: number;
}

/**
 * f'(0) by central differences, extrapolated (Richardson); of several widths, where two estimates agree best. A kink nearby,
 * such as a ReLU's, shows in the difference between the two sides, which halves with the width where f is smooth.
 */
function slopeOf(f: (by: number) => number): Slope {
  const middle = f(0);
  const measured = new Map<number, { readonly central: number; readonly sides: number }>();
  const at = (h: number) => {
    const known = measured.get(h);
    if (known) return known;
    const [right, left] = [f(h), f(-h)];
    const both = { central: (right - left) / (2 * h), sides: (right + left - 2 * middle) / h };
    measured.set(h, both);
    return both;
  };
  const extrapolated = (h: number): number => (4 * at(h).central - at(2 * h).central) / 3;
  const rounding = 5e-7 * Math.abs(middle); // of sums of losses in 32 bits
  const kink = (h: number): number => Math.max(0, Math.abs(2 * at(h).sides - at(2 * h).sides) - rounding / h);
  const estimate = (h: number): Slope => {
    const apart = Math.abs(extrapolated(h) - extrapolated(2 * h));
    return { value: extrapolated(h), uncertainty: apart + Math.max(kink(h), kink(2 * h)) };
  };
  const better = (one: Slope, other: Slope): Slope => (other.uncertainty < one.uncertainty ? other : one);
  const coarse = better(estimate(0.02), estimate(0.01));
  return coarse.uncertainty <= 0.03 * Math.abs(coarse.value)
    ? coarse
    : [0.005, 0.0025].map(estimate).reduce(better, coarse);
}

function compareSlopes(trial: Trial, shape: StepShape, onlyParameters: boolean): void {
  const constants = new Constants();
  try {
    compareWith(constants, trial, shape, onlyParameters);
  } finally {
    constants.dispose();
  }
}

function compareWith(constants: Constants, trial: Trial, shape: StepShape, onlyParameters: boolean): void {
  const { method } = trial;
  const given = tableFor(trial, shape);
  const moment: Moment = { dimensions, seed: 5, parameters: parametersOf(trial, shape.seed) };
  const { gradients, loss } = evaluate(method, [given], moment);
  interceptConstants(constants.record, () => lossOf(method, [given], moment));
  const lossAt = (moved: typeof given, at: Moment): number => {
    constants.rewind();
    return interceptConstants(constants.replay, () => lossOf(method, [moved], at));
  };
  const logits = given.logits!;
  const inputs = onlyParameters
    ? Object.entries(moment.parameters ?? {}).map(([name, tensor]) => ({
        name: `the parameter ${name}`,
        tensor,
        gradient: gradients.parameters[name]!,
        at: (x: tf.Tensor) => lossAt(given, { ...moment, parameters: { ...moment.parameters, [name]: x } }),
      }))
    : [
        {
          name: "the policy's logits",
          tensor: logits.policy,
          gradient: gradients.policy[0]!,
          at: (x: tf.Tensor) => lossAt({ ...given, logits: { ...logits, policy: x } }, moment),
        },
      ];
  for (const { name, tensor, gradient, at } of inputs) {
    const slope = [...gradient.dataSync()];
    const norm = Math.hypot(...slope);
    const scale = Math.sqrt(slope.length) / (norm || 1);
    const random = (k: number) => slope.map((_, index) => normalAt(shape.seed, "direction", name, k, index));
    const directions = [random(1), random(2), ...(norm > 0 ? [slope.map((value) => value * scale)] : [])];
    const compared = directions.map((direction) => {
      const along = slope.reduce((sum, value, index) => sum + value * direction[index]!, 0);
      const values = tensor.dataSync();
      const numeric = slopeOf((by) =>
        tf.tidy(
          () =>
            at(
              tf.tensor(
                Float32Array.from(values, (value, index) => value + by * direction[index]!),
                tensor.shape,
              ),
            ) as never,
        ),
      );
      const size = Math.max(norm, Math.abs(numeric.value));
      const allowed = 0.01 * size + 3 * numeric.uncertainty + 4e-6 * Math.max(0.1, Math.abs(loss));
      return { along, numeric: numeric.value, allowed, clear: numeric.uncertainty <= 0.1 * size + 1e-6 };
    });
    const clear = compared.filter((each) => each.clear);
    // A trained network may have a kink, a ReLU's, at the very values that are tried.
    if (clear.length === 0 && !onlyParameters)
      violated(`the loss is not smooth along ${name}: finite differences of different widths disagree everywhere`);
    const wrong = clear.find(({ along, numeric, allowed }) => !(Math.abs(along - numeric) <= allowed));
    if (wrong)
      violated(
        `along a direction of ${name} the slope of the loss is ${shown(wrong.numeric)} by finite differences, ${shown(wrong.along)} by the gradient (allowed is ${shown(wrong.allowed)})`,
      );
  }
}

export const logitGradients: Law = {
  id: "gradients/logits",
  everyBranch: true,
  statement: "the gradient by the policy's logits is the slope of the loss, by finite differences",
  check: (trial) => forShapes(trial, (shape) => compareSlopes(trial, shape, false)),
};

export const parameterGradients: Law = {
  id: "gradients/parameters",
  everyBranch: true,
  statement: "the gradient of every trainable parameter is the slope of the loss, by finite differences",
  notApplicable: (trial) => (hasParameters(trial) ? undefined : "no part declares parameters"),
  check: (trial) => forShapes(trial, (shape) => compareSlopes(trial, shape, true)),
};
