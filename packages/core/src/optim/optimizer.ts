import type { tf } from "@tokenwise/kit";

/** A trained tensor with its gradient and the settings of its group. */
export interface Update {
  /** Names the state; the same in every run. */
  readonly name: string;
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** First-order optimizers. State is kept by name, so that it survives a change of order. */
export interface Optimizer {
  readonly kind: string;
  /** One step for all tensors. The gradients stay the caller's; `scale` multiplies them, one at a time. */
  apply(updates: readonly Update[], scale?: number): void;
  /** State for a checkpoint: tensors by `name/slot`, and the number of steps taken. */
  save(): { readonly steps: number; readonly slots: ReadonlyMap<string, tf.Tensor> };
  /** Copies what `save` gave. */
  restore(saved: { readonly steps: number; readonly slots: ReadonlyMap<string, tf.Tensor> }): void;
  dispose(): void;
}
