import type { SampleSpec } from "./samples.ts";

/** A prompt with its candidates and their rewards. */
export interface Group {
  readonly prompt: Int32Array;
  readonly candidates: readonly { readonly ids: Int32Array; readonly reward: number }[];
}

export interface GenerationTools {
  readonly generate: (
    prompts: readonly Int32Array[],
    spec: SampleSpec & { readonly count: number },
  ) => Promise<readonly (readonly Int32Array[])[]>;
  readonly decode: (ids: Int32Array) => string;
}

/** Makes the groups of a step while training (on-policy); rewards may call out. */
export interface GroupSource {
  readonly groupSize: number;
  next(prompts: readonly Int32Array[], tools: GenerationTools): Promise<readonly Group[]>;
}
