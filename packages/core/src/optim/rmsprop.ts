import { tf } from "@tokenwise/kit";
import type { Optimizer } from "./optimizer.ts";
import { scaledGradient } from "./scaled.ts";
import { Slots } from "./slots.ts";

export interface RmsPropOptions {
  readonly alpha?: number;
  readonly epsilon?: number;
}

/** RMSprop: v ← αv + (1−α)g², θ ← θ − η g / (√v + ε); decay, if any, is added to the gradient.       [Hinton 2012, lecture 6e] */
export function rmsProp({ alpha = 0.99, epsilon = 1e-8 }: RmsPropOptions = {}): Optimizer {
  const slots = new Slots();
  let steps = 0;
  return {
    kind: "rmsprop",
    apply(updates, scale = 1) {
      steps += 1;
      for (const { name, variable, gradient, learningRate, weightDecay } of updates) {
        const square = tf.tidy(() => {
          const g = scaledGradient(gradient, scale, { variable, weightDecay });
          const v = tf.add(tf.mul(slots.get(name, "v", variable), alpha), tf.mul(tf.square(g), 1 - alpha));
          variable.assign(tf.sub(variable, tf.mul(tf.div(g, tf.add(tf.sqrt(v), epsilon)), learningRate)));
          return v;
        });
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
