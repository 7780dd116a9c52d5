/** Sums over a step, however it is cut into micro-batches: metrics, signals, losses. */
import {
  expectShape,
  guardCall,
  TokenwiseError,
  type Json,
  type Observed,
  type Part,
  type Report,
  type Shape,
  type Statistics,
  type tf,
} from "@tokenwise/kit";

/** A part of the method, or its anchor policy. */
interface Stateful {
  readonly id: string;
  readonly part: Pick<Part, "state">;
}

export class Tally {
  readonly #sums = new Map<string, { sum: number; count: number }>();
  readonly #signals = new Map<string, Map<string, number[]>>();

  /** Adds a micro-batch's share of a value that is already divided by the step's total. */
  share(name: string, value: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, count: 1 };
    this.#sums.set(name, { sum: entry.sum + value, count: 1 });
  }

  /** Adds `count` values that sum to `sum` to the mean of `name`. */
  add(name: string, sum: number, count: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, count: 0 };
    this.#sums.set(name, { sum: entry.sum + sum, count: entry.count + count });
  }

  /** Adds the values of a tensor, where `mask` is not 0, to the mean of `name`. */
  addTensor(name: string, values: tf.Tensor, mask?: tf.Tensor): void {
    const [data, counted] = [values.dataSync(), mask?.dataSync()];
    let [sum, count] = [0, 0];
    data.forEach((value, index) => {
      if (counted?.[index] === 0) return;
      sum += value;
      count += 1;
    });
    this.add(name, sum, count);
  }

  /**
   * Takes in the metrics and signals that a part returned.
   *
   * @throws TW_E_UNDECLARED_SIGNAL  if it emitted a signal that its state does not declare.
   */
  report({ id, part }: Stateful, { signal = {}, metrics = {} }: Report<Shape>, candidateMask: tf.Tensor): void {
    for (const [name, values] of Object.entries(metrics))
      this.addTensor(`${id}/${name}`, values, values.shape.length === 2 ? candidateMask : undefined);
    const declared = part.state?.signals ?? [];
    for (const [name, values] of Object.entries(signal as Record<string, tf.Tensor>)) {
      if (!declared.includes(name))
        throw new TokenwiseError("TW_E_UNDECLARED_SIGNAL", `${id} emits the signal "${name}"`, {
          hint: `declare it in state.signals; declared: ${declared.join(", ") || "none"}`,
        });
      expectShape(values, [candidateMask.shape[0]], `${id}: signal "${name}"`);
      const emitted = values.dataSync();
      if (!emitted.every(Number.isFinite))
        throw new TokenwiseError("TW_E_NON_FINITE", `${id}: the signal "${name}" is not finite`, {
          hint: "a state must not take in NaN or infinity; look at the rows of this step",
        });
      const signals = this.#signals.get(id) ?? new Map<string, number[]>();
      signals.set(name, [...(signals.get(name) ?? []), ...emitted]);
      this.#signals.set(id, signals);
    }
  }

  /** Means by name, in the order in which they were added; what nothing was counted for is left out. */
  means(): Record<string, number> {
    const counted = [...this.#sums].filter(([, { count }]) => count > 0);
    return Object.fromEntries(counted.map(([name, { sum, count }]) => [name, sum / count]));
  }

  /**
   * The state of a part after the step.
   *
   * @throws TW_E_MISSING_SIGNAL  if a declared signal was never emitted.
   */
  updatedState({ id, part }: Stateful, state: Json, step: number): Json {
    if (!part.state) return state;
    const signals = part.state.signals.map((name) => {
      const values = this.#signals.get(id)?.get(name);
      if (!values)
        throw new TokenwiseError("TW_E_MISSING_SIGNAL", `${id} declares the signal "${name}" but did not emit it`, {
          hint: "return { signal: { … } } from the part in every call while training",
        });
      return [name, statistics(values)] as const;
    });
    const observed: Observed = { step, signal: Object.fromEntries(signals) };
    const spec = part.state;
    return guardCall(`the state of ${id}`, () => spec.update(state, observed));
  }
}

function statistics(values: readonly number[]): Statistics {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, standardDeviation: Math.sqrt(variance), count };
}
