import { tf } from "@tokenwise/kit";
import type { Optimizer } from "./optimizer.ts";
import { scaledGradient } from "./scaled.ts";
import { Slots } from "./slots.ts";

/** Stochastic gradient descent with momentum: b ← μb + g, θ ← θ − ηb; decay, if any, is added to the gradient. */
export function sgd({ momentum = 0 }: { readonly momentum?: number } = {}): Optimizer {
  const slots = new Slots();
  let steps = 0;
  return {
    kind: "sgd",
    apply(updates, scale = 1) {
      steps += 1;
      for (const { name, variable, gradient, learningRate, weightDecay } of updates) {
        const buffer = tf.tidy(() => {
          const g = scaledGradient(gradient, scale, { variable, weightDecay });
          const b = momentum === 0 ? g : tf.add(tf.mul(slots.get(name, "b", variable), momentum), g);
          variable.assign(tf.sub(variable, tf.mul(b, learningRate)));
          return momentum === 0 ? undefined : tf.clone(b);
        });
        if (buffer) slots.set(name, "b", buffer);
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
