/** The samples of a method: responses that parts want drawn from the policy before a step, and what they read of them. */
import type { SampleSpec, VocabularyRequest } from "@tokenwise/kit";
import type { PlannedPart } from "./parts.ts";
import { collectRequests, type RequestTable } from "./requests.ts";

export interface PlannedSample {
  /** `part/name`. */
  readonly id: string;
  readonly name: string;
  readonly planned: PlannedPart;
  readonly generate: SampleSpec;
  readonly requests: RequestTable;
  /** The reductions of the samples' vocabulary pass. */
  readonly vocabulary: readonly VocabularyRequest[];
}

/** @throws the errors of `collectRequests` */
export const planSamples = (parts: readonly PlannedPart[]): readonly PlannedSample[] =>
  parts.flatMap((planned) =>
    Object.entries(planned.part.samples ?? {}).map(([name, { generate, needs }]): PlannedSample => {
      const requests = collectRequests([{ ...planned, part: { name: planned.part.name, needs } }], []);
      const vocabulary = [...requests.values()].filter((request) => request.kind === "vocabulary");
      return { id: `${planned.id}/${name}`, name, planned, generate, requests, vocabulary };
    }),
  );
