import type { AnchorPolicy } from "@tokenwise/kit";

/** reference ← decay · reference + (1 − decay) · policy after every step. */
export const movingAverage = (decay: number): AnchorPolicy => ({ name: "moving-average", keep: () => decay });

/** The reference becomes a copy of the policy every so many steps. */
export const copyEvery = (steps: number): AnchorPolicy<number, never> => ({
  name: "copy-every",
  state: { signals: [], init: () => 0, update: (_, { step }) => step },
  keep: (step) => (step % steps === 0 ? 0 : 1),
});
