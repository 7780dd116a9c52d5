/** One step of AdamW for all parameters: as one kernel where the backend has it, else as a composite. */
import { tf } from "@tokenwise/kit";
import { tryKernel } from "./kernels.ts";
import type { Update } from "./optimizer.ts";
import { scaledGradient } from "./scaled.ts";
import type { Slots } from "./slots.ts";

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Multiplies the gradients. */
  readonly scale: number;
  /** Steps taken, this one included. */
  readonly steps: number;
}

/**
 * Kernel FusedAdamW: inputs parameter0, gradient0, mean0, square0, parameter1, …; attributes those of `AdamWSettings`, learningRates and
 * weightDecays (of each parameter) → parameter0, mean0, square0, parameter1, … after the step. It may compute in place: all its inputs
 * but the gradients are replaced by what it returns.
 *
 * @returns whether the backend has it
 */
export function fusedStep(updates: readonly Update[], slots: Slots, settings: AdamWSettings): boolean {
  return tf.tidy(() => {
    const inputs = () =>
      Object.fromEntries(
        updates.flatMap(({ name, variable, gradient }, i) => [
          [`parameter${i}`, variable],
          [`gradient${i}`, gradient],
          [`mean${i}`, slots.get(name, "m", variable)],
          [`square${i}`, slots.get(name, "v", variable)],
        ]),
      ) as Record<string, tf.Tensor>;
    const learningRates = updates.map(({ learningRate }) => learningRate);
    const weightDecays = updates.map(({ weightDecay }) => weightDecay);
    const outputs = tryKernel("FusedAdamW", inputs, { ...settings, learningRates, weightDecays });
    if (!outputs) return false;
    updates.forEach(({ name, variable }, i) => {
      const [parameter, mean, square] = outputs.slice(3 * i, 3 * i + 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
      variable.assign(parameter);
      slots.set(name, "m", mean);
      slots.set(name, "v", square);
    });
    return true;
  });
}

export function compositeStep(updates: readonly Update[], slots: Slots, settings: AdamWSettings): void {
  const { beta1, beta2, epsilon, scale, steps } = settings;
  const [correction1, correction2] = [1 - beta1 ** steps, 1 - beta2 ** steps];
  for (const { name, variable, gradient, learningRate, weightDecay } of updates) {
    // Tidied term by term: a vocabulary's matrix must not be in memory a dozen times.
    const moment = (slot: string, decay: number, value: () => tf.Tensor): tf.Tensor => {
      const next = tf.tidy(() => tf.add(tf.mul(slots.get(name, slot, variable), decay), tf.mul(value(), 1 - decay)));
      slots.set(name, slot, next);
      return next;
    };
    const mean = moment("m", beta1, () => scaledGradient(gradient, scale));
    const square = moment("v", beta2, () => tf.square(scaledGradient(gradient, scale)));
    tf.tidy(() => {
      const denominator = tf.tidy(() => tf.add(tf.mul(tf.sqrt(square), 1 / Math.sqrt(correction2)), epsilon));
      const change = tf.tidy(() => tf.mul(tf.div(mean, denominator), learningRate / correction1));
      denominator.dispose();
      variable.assign(tf.tidy(() => tf.sub(tf.mul(variable, 1 - learningRate * weightDecay), change)));
    });
  }
}
