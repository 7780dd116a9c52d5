import type { BackendName } from "@tokenwise/model";

export interface Sizes {
  /** Optimizer steps of each contestant, of 32 pairs each. */
  readonly steps: number;
  readonly trainPrompts: number;
  readonly testPrompts: number;
  readonly samplesPerPrompt: number;
}

const full: Sizes = { steps: 96, trainPrompts: 512, testPrompts: 128, samplesPerPrompt: 4 };
/** Plain JavaScript is some fifteen times slower: so much less that it ends within five minutes too. It shows that it runs, and little more. */
const small: Sizes = { steps: 9, trainPrompts: 48, testPrompts: 32, samplesPerPrompt: 2 };

/** As much as a backend does in some minutes. */
export const sizesFor = (backend: BackendName): Sizes => (backend === "cpu" ? small : full);
