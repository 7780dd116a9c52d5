import { compositeStep, fusedStep } from "./adamw-step.ts";
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
    apply(updates, scale = 1) {
      steps += 1;
      const settings = { beta1, beta2, epsilon, scale, steps };
      if (!fusedStep(updates, slots, settings)) compositeStep(updates, slots, settings);
    },
    save: () => ({ steps, slots: slots.all() }),
    restore(saved) {
      steps = saved.steps;
      slots.restore(saved.slots);
    },
    dispose: () => slots.dispose(),
  };
}
