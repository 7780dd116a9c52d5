import type { BackendName } from "@tokenwise/model";

export interface Sizes {
  /** Optimizer steps of each contestant. */
  readonly steps: number;
  /** Pairs a step. */
  readonly batchSize: number;
  readonly trainPrompts: number;
  readonly testPrompts: number;
  readonly samplesPerPrompt: number;
}

const full: Sizes = { steps: 72, batchSize: 32, trainPrompts: 384, testPrompts: 128, samplesPerPrompt: 4 };
/** Plain JavaScript is some fifteen times slower: so much less that it ends within five minutes too. It shows that it runs, and no more. */
const small: Sizes = { steps: 4, batchSize: 8, trainPrompts: 6, testPrompts: 8, samplesPerPrompt: 2 };

/** As much as a backend does in some minutes. */
export const sizesFor = (backend: BackendName): Sizes => (backend === "cpu" ? small : full);
