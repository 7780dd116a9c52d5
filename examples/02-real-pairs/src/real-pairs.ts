/** DPO on real preference pairs with a real model, with the settings of the golden run of TRL. */
import { train, type Run, type TrainEvent } from "@tokenwise/core";
import { dpo } from "@tokenwise/kit";
import type { BackendName } from "@tokenwise/model";

export interface RealPairsOptions {
  /** JSONL, plain or gzip. */
  readonly pairs: string;
  /** A Hugging Face folder. */
  readonly model: string;
  readonly steps: number;
  readonly backend: BackendName | "auto";
  readonly microBatchTokens: number;
  readonly onEvent?: (event: TrainEvent) => void;
}

/** As in the golden run: batches of four in file order, AdamW at a constant 1e-5, clipped at 1. */
const settings = { batchSize: 4, shuffle: false, learningRate: 1e-5, schedule: "constant", clip: 1 } as const;

/** Activations are recomputed and micro-batches small, so that the run fits into the 4 GB of the wasm backend. */
export const trainOnRealPairs = ({ pairs, ...options }: RealPairsOptions): Promise<Run> =>
  train({
    ...settings,
    ...options,
    data: pairs,
    read: { limit: settings.batchSize * options.steps },
    method: dpo({ beta: 0.1 }),
    recompute: true,
  });
