import {
  guardCall,
  TokenwiseError,
  type Json,
  type Part,
  type Report,
  type Shape,
  type Statistics,
} from "@tokenwise/kit";
import { stateOf, type Moment } from "./moment.ts";

/** What parts told in a step: values per prompt, or per candidate, in the order of the micro-batches. */
export class Reports {
  readonly metrics: Record<string, number[]> = {};
  readonly #signals = new Map<Part, Record<string, number[]>>();

  readonly tell = (part: Part, { signal = {}, metrics = {} }: Report<Shape>): void => {
    const signals = this.#signals.get(part) ?? {};
    for (const [name, values] of Object.entries(signal)) {
      if (!part.state?.signals.includes(name))
        throw new TokenwiseError("TW_E_UNDECLARED_SIGNAL", `${part.name} emits the signal "${name}"`, {
          hint: `declare it in state.signals; declared: ${part.state?.signals.join(", ") ?? "none"}`,
        });
      (signals[name] ??= []).push(...values.dataSync());
    }
    this.#signals.set(part, signals);
    for (const [name, values] of Object.entries(metrics))
      (this.metrics[`${part.name}/${name}`] ??= []).push(...values.dataSync());
  };

  /** The signals of a part by name, one value per prompt. */
  signalsOf(part: Part): Readonly<Record<string, readonly number[]>> {
    return this.#signals.get(part) ?? {};
  }

  /** The states after the step; evaluation leaves them. */
  statesAfter(parts: readonly Part[], moment: Moment): ReadonlyMap<Part, Json> {
    const after = parts.flatMap((part): (readonly [Part, Json])[] => {
      if (!part.state) return [];
      if (moment.training === false) return [[part, stateOf(part, moment)]];
      const spec = part.state;
      const signals = this.signalsOf(part);
      const signal = Object.fromEntries(
        part.state.signals.map((name) => [name, statistics(part, name, signals[name])]),
      );
      return [
        [
          part,
          guardCall(`the state of ${part.name}`, () =>
            spec.update(stateOf(part, moment), { step: moment.step ?? 1, signal }),
          ),
        ],
      ];
    });
    return new Map(after);
  }
}

function statistics(part: Part, name: string, values: readonly number[] | undefined): Statistics {
  if (!values)
    throw new TokenwiseError("TW_E_MISSING_SIGNAL", `${part.name} declares the signal "${name}" but did not emit it`, {
      hint: "return { signal: { … } } from the part in every call while training",
    });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance), count: values.length };
}
