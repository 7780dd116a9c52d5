import type { Needs } from "../requests/request.ts";

/** How responses are sampled from the policy. */
export interface SampleSpec {
  readonly maxNewTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
}

/** Responses that a part wants sampled before the step, and what it needs of them. */
export type Samples = Readonly<Record<string, { readonly generate: SampleSpec; readonly needs: Needs }>>;
