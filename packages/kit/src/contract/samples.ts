import type { Needs } from "../requests/request.ts";

/** How responses are sampled from the policy: one for each row of the data, from its prompt. */
export interface SampleSpec {
  /** A sample ends earlier where an end token is drawn, or where the model's context ends. */
  readonly maxNewTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  /** A row's sample is drawn anew once it is this many steps old; default 1: in every step. In evaluation always. */
  readonly every?: number;
}

/** Responses that a part wants sampled before the step, and what it needs of them. */
export type Samples = Readonly<Record<string, { readonly generate: SampleSpec; readonly needs: Needs }>>;
