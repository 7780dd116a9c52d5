import { tf } from "@tokenwise/kit";
import type { Optimizer } from "./optimizer.ts";
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
    apply(updates) {
      steps += 1;
      const [correction1, correction2] = [1 - beta1 ** steps, 1 - beta2 ** steps];
      for (const { name, variable, gradient, learningRate, weightDecay } of updates) {
        const [mean, square] = tf.tidy(() => {
          const m = tf.add(tf.mul(slots.get(name, "m", variable), beta1), tf.mul(gradient, 1 - beta1));
          const v = tf.add(tf.mul(slots.get(name, "v", variable), beta2), tf.mul(tf.square(gradient), 1 - beta2));
          const denominator = tf.add(tf.mul(tf.sqrt(v), 1 / Math.sqrt(correction2)), epsilon);
          const decayed = tf.mul(variable, 1 - learningRate * weightDecay);
          variable.assign(tf.sub(decayed, tf.mul(tf.div(m, denominator), learningRate / correction1)));
          return [m, v] as const;
        });
        slots.set(name, "m", mean);
        slots.set(name, "v", square);
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
