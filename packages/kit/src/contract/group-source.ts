import type { Json } from "../requests/request.ts";
import type { SampleSpec } from "./samples.ts";

/** A prompt with its candidates and their rewards. */
export interface Group {
  readonly prompt: Int32Array;
  /** At most `groupSize`; those that are left out count as missing. */
  readonly candidates: readonly { readonly ids: Int32Array; readonly reward: number }[];
}

export interface GenerationTools {
  /**
   * Continuations of each prompt by the policy as it is now, end tokens included. Draws depend on the run's seed and the step, in
   * evaluation on the seed alone, and on the call's number in `next`.
   */
  readonly generate: (
    prompts: readonly Int32Array[],
    spec: SampleSpec & { readonly count: number },
  ) => Promise<readonly (readonly Int32Array[])[]>;
  /** Text without special tokens. */
  readonly decode: (ids: Int32Array) => string;
}

/** Makes the groups of a step while training (on-policy), in the order of the prompts; rewards may call out. */
export interface GroupSource {
  readonly name: string;
  /** What makes it differ from another one of this name: a checkpoint refuses to be resumed with another one. */
  readonly options?: Json;
  readonly groupSize: number;
  next(prompts: readonly Int32Array[], tools: GenerationTools): Promise<readonly Group[]>;
}
