import { tf } from "@tokenwise/kit";
import type { Optimizer } from "./optimizer.ts";
import { scaledGradient } from "./scaled.ts";
import { Slots } from "./slots.ts";

export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * AdamW: Adam with decoupled weight decay.                                       [Loshchilov & Hutter 2019, Algorithm 2]
 *
 *   m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²
 *   θ ← θ − η(λθ + m̂ / (√v̂ + ε)),   m̂ = m/(1−β₁ᵗ),  v̂ = v/(1−β₂ᵗ)
 */
export function adamW({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWOptions = {}): Optimizer {
  const slots = new Slots();
  let steps = 0;
  return {
    kind: "adamw",
    apply(updates, scale = 1) {
      steps += 1;
      const [correction1, correction2] = [1 - beta1 ** steps, 1 - beta2 ** steps];
      for (const { name, variable, gradient, learningRate, weightDecay } of updates) {
        // Tidied term by term: a vocabulary's matrix must not be in memory a dozen times.
        const moment = (slot: string, decay: number, value: () => tf.Tensor): tf.Tensor => {
          const next = tf.tidy(() =>
            tf.add(tf.mul(slots.get(name, slot, variable), decay), tf.mul(value(), 1 - decay)),
          );
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
    },
    save: () => ({ steps, slots: slots.all() }),
    restore(saved) {
      steps = saved.steps;
      slots.restore(saved.slots);
    },
    dispose: () => slots.dispose(),
  };
}
